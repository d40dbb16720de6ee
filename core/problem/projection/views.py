"""Where each view sees a point: one projective map per view, for every beam alike.

A view is a matrix P (2, 3). The point (x, y), in pixels from the axis, x to the right and y up,
meets the row of detectors at u = (P₀·(x, y, 1)) / (P₁·(x, y, 1)), counted in detectors from the
outer edge of the first, so that detector j is j ≤ u ≤ j + 1. Parallel rays have P₁ = (0, 0, 1).
Angles and directions are ASTRA's (`parallel` and `fanflat`).
"""

import numpy as np
from numpy.typing import NDArray

from core.problem.geometry import Beam, FanBeam

Maps = NDArray[np.float64]


def view_maps(beam: Beam) -> Maps:
    """The maps (angles, 2, 3) of a beam's views."""
    cosine, sine = np.cos(beam.angles_rad), np.sin(beam.angles_rad)
    maps = np.zeros((beam.angles, 2, 3))
    maps[:, 1, 2] = 1
    scale = 1 / beam.detector_width
    if isinstance(beam, FanBeam):
        scale *= beam.magnification
        # Depth along the central ray, from 0 at the source to 1 on the axis.
        maps[:, 1, 0] = -sine / beam.source_origin
        maps[:, 1, 1] = cosine / beam.source_origin
    maps[:, 0, 0] = cosine * scale
    maps[:, 0, 1] = sine * scale
    maps[:, 0] += maps[:, 1] * (beam.detectors / 2)  # u = 0 at the first edge, not the centre
    return maps


def reversed_maps(maps: Maps, detectors: int) -> Maps:
    """The same views with the detectors counted from the other end."""
    turned = maps.copy()
    turned[:, 0] = detectors * maps[:, 1] - maps[:, 0]
    return turned
