"""What the preamble of a script has set: constants of the scan, the image and the data.

Only the names are here, and a script has the constants that it uses. A constant that other scans
do not have belongs in a recipe of its own for that beam.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

SIZE: int
"""Side of the image, in pixels."""
DETECTORS: int
ROWS: int
"""Rows of the panel of a scanner of volumes; the volume of a stack has as many slices."""
DETECTOR_WIDTH: float
ROW_HEIGHT: float
PANEL_OFFSET: float
"""By how many detectors the panel is moved along its rows."""
SOURCE_ORIGIN: float
ORIGIN_DETECTOR: float
"""Distances along the central ray of a point source, in pixels."""
ARC: float
"""The angle in degrees that the views cover."""
VIEW_GAP: float
"""The mean angle in degrees between neighbouring directions of the views."""

truth: np.ndarray
"""The image (SIZE, SIZE), or the volume with its slices first, float32."""
angles: np.ndarray
"""The view angles (views,), in radians."""
G: Any
"""The scanner, from an image to (views, DETECTORS), or a volume to (views, ROWS, DETECTORS)."""
scanner: Callable[[np.ndarray], Any]
"""The scanner of other view angles; a script has it as a function where a part imports it."""
data: np.ndarray
"""The measured data, as G makes them, float32."""
