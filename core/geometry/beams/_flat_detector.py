"""What the scanners with a point source and a flat detector have in common."""

from abc import ABC
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.geometry.beams._point_source import PointSource


@dataclass(frozen=True, kw_only=True)
class FlatDetector(PointSource, ABC):
    """A point source opposite a flat row of detectors, or the middle row of a flat panel."""

    def tangents(self, positions: FloatArray) -> Float64Array:
        """Tangent of the angle to the central ray at positions on the detectors, in pixels."""
        return np.asarray(positions / self.source_detector)

    def projection_matrices(self) -> Float64Array:
        """One projective map (views, 2, 3) for each view."""
        cosine, sine = np.cos(self.angles_rad), np.sin(self.angles_rad)
        scale = self.magnification / self.detector_width
        maps = np.zeros((self.view_count, 2, 3))
        # Depth along the central ray, from 0 at the source to 1 on the axis.
        maps[:, 1, 0] = -sine / self.source_origin
        maps[:, 1, 1] = cosine / self.source_origin
        maps[:, 1, 2] = 1
        maps[:, 0, 0] = cosine * scale
        maps[:, 0, 1] = sine * scale
        maps[:, 0] += maps[:, 1] * (self.detectors / 2)  # u = 0 at the first edge
        return maps

    def ct2d_options(self) -> dict[str, Any]:
        """The options of `pylops.medical.CT2D` beside views and detectors."""
        return {
            "proj_geom_type": "fanflat",
            "source_origin_dist": self.source_origin,
            "origin_detector_dist": self.origin_detector,
        }

    def half_width_for(self, radius: float) -> float:
        """Half the length of a detector row that sees a disc of this radius whole, in pixels.

        The ray that touches the disc leaves the source at asin(radius / distance).
        """
        return self.source_detector * radius / float(np.sqrt(self.source_origin**2 - radius**2))
