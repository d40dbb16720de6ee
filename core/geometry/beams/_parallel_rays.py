"""What the scanners with parallel rays have in common."""

from abc import ABC
from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.geometry.beams.base import Beam

HALF_TURN = 180.0
DECIMALS = 6
"""Of a degree, to which directions are told apart."""


@dataclass(frozen=True, kw_only=True)
class ParallelRays(Beam, ABC):
    """Parallel rays and a flat row of detectors, or several rows of them."""

    @property
    def view_gap(self) -> float:
        """The mean angle between neighbouring directions of the rays, in degrees.

        Opposite views measure the same lines: beyond half a turn the views see directions again,
        or lie between them. The widest gap does not count, nor does it in an arc.
        """
        if self.views.arc <= HALF_TURN:
            return super().view_gap
        turned = np.unique(np.round(self.angles_deg % HALF_TURN, DECIMALS) % HALF_TURN)
        gaps = np.diff(turned, append=turned[0] + HALF_TURN)
        return float((gaps.sum() - gaps.max()) / (len(gaps) - 1)) if len(gaps) > 1 else HALF_TURN

    @property
    def fan_angles(self) -> Float64Array:
        """Zero for every detector (detectors,): the rays are parallel."""
        return np.zeros(self.detectors)

    @property
    def field_radius(self) -> float:
        """Radius, in pixels, of the disc that every view sees whole."""
        return self.detectors * self.detector_width / 2

    def projection_matrices(self) -> Float64Array:
        """One projective map (views, 2, 3) for each view."""
        maps = np.zeros((self.view_count, 2, 3))
        maps[:, 1, 2] = 1
        maps[:, 0, 0] = np.cos(self.angles_rad) / self.detector_width
        maps[:, 0, 1] = np.sin(self.angles_rad) / self.detector_width
        maps[:, 0] += maps[:, 1] * (self.detectors / 2)  # u = 0 at the first edge
        return maps

    def across(self, positions: FloatArray, along: FloatArray) -> Float64Array:
        """Where rays are: as far from the central ray everywhere, in pixels."""
        return np.asarray(positions + np.zeros_like(along))

    def half_width_for(self, radius: float) -> float:
        """Half the length of a detector row that sees a disc of this radius whole, in pixels."""
        return radius
