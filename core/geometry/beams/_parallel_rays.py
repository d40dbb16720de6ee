"""What the scanners with parallel rays have in common."""

from abc import ABC
from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.geometry.beams.base import Beam


@dataclass(frozen=True, kw_only=True)
class ParallelRays(Beam, ABC):
    """Parallel rays and a flat row of detectors, or several rows of them."""

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
