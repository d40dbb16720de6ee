"""Where rays run and where a point of the image is seen, for both scanners.

Coordinates (x, y) are in pixels from the axis, x to the right and y upwards. The source is on
the side of (sin θ, −cos θ), the detectors on the other, and their row runs along
(cos θ, sin θ): ASTRA's conventions.
"""

import numpy as np
from numpy.typing import NDArray

from core.problem.geometry import Beam, FanBeam

Array = NDArray[np.float64]


def pixel_position(size: int, row: float, column: float) -> tuple[float, float]:
    """Position (x, y) of the centre of a pixel, row 0 at the top."""
    middle = (size - 1) / 2
    return column - middle, middle - row


def detector_position(beam: Beam, x: float, y: float) -> Array:
    """Where the ray through (x, y) meets the detectors in each view: (angles,), in pixels.

    Parallel beam: s = x cos θ + y sin θ, a sinusoid in θ. Fan beam: the same, magnified by
    (source to detector) / (source to the point's depth).
    """
    cos, sin = np.cos(beam.angles_rad), np.sin(beam.angles_rad)
    across = x * cos + y * sin
    if isinstance(beam, FanBeam):
        depth = beam.source_origin - x * sin + y * cos
        across = across * ((beam.source_origin + beam.origin_detector) / depth)
    return np.asarray(across)


def detector_index(beam: Beam, x: float, y: float) -> Array:
    """The same position counted in detectors: (angles,), 0 at the centre of the first one."""
    return detector_position(beam, x, y) / beam.detector_width + (beam.detectors - 1) / 2


def ray(beam: Beam, across: NDArray[np.floating], along: NDArray[np.floating]) -> Array:
    """Points on rays: (angles, rays, 2), in the last axis x and y.

    `across` (rays,) are positions on the detectors, `along` (rays,) how far the point lies from
    the axis towards the detectors.
    """
    cos, sin = np.cos(beam.angles_rad)[:, None], np.sin(beam.angles_rad)[:, None]
    here = across
    if isinstance(beam, FanBeam):
        whole = beam.source_origin + beam.origin_detector
        here = across * (beam.source_origin + along) / whole
    return np.stack([here * cos - along * sin, here * sin + along * cos], axis=-1)
