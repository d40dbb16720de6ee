"""Where each view sees a point: one projective map per view, for every beam alike.

A view is a matrix P (2, 3). The point (x, y), in pixels from the axis, x to the right and y up,
meets the row of detectors at u = (P₀·(x, y, 1)) / (P₁·(x, y, 1)), counted in detectors from the
outer edge of the first, so that detector j is j ≤ u ≤ j + 1. Parallel rays have P₁ = (0, 0, 1).
The beams make them: `Beam.projection_matrices`.
"""

import numpy as np
from numpy.typing import NDArray

Maps = NDArray[np.float64]


def reversed_maps(maps: Maps, detectors: int) -> Maps:
    """The same views with the detectors counted from the other end."""
    turned = maps.copy()
    turned[:, 0] = detectors * maps[:, 1] - maps[:, 0]
    return turned
