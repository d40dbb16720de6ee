"""Rays from a point source to detectors on a circle about it: equal angles between them."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.geometry.beams._point_source import PointSource

WIDEST = 1.57
"""Just under 90°. Detectors further aside see nothing: their rays would leave the source
backwards."""


@final
@dataclass(frozen=True, kw_only=True)
class CurvedFanBeam(PointSource):
    """A point source opposite a curved detector whose centre it is.

    Positions along the row are lengths on the arc, 0 in its middle.
    """

    name: ClassVar[str] = "curved_fan"
    title: ClassVar[str] = "Curved fan"
    order: ClassVar[int] = 2
    kind: ClassVar[str] = "curved fan"
    pixel_equations: ClassVar[tuple[str, ...]] = (
        "s(\\theta) = (D + D')\\,\\gamma(\\theta)",
        "\\tan\\gamma(\\theta) = "
        "\\frac{x\\cos\\theta + y\\sin\\theta}{D - x\\sin\\theta + y\\cos\\theta}",
        "D, D'\\text{: source, detectors from the axis}",
    )
    script: ClassVar[str] = """\
# ASTRA has no curved detector: each ray is a projection of its own, a strip the mean of 16
parts = 16 if KERNEL == "strip" else 1
bend = DETECTOR_WIDTH / (SOURCE_ORIGIN + ORIGIN_DETECTOR)
theta, matrix = np.repeat(angles, DETECTORS), 0
for part in range(parts):
    gamma = (np.arange(DETECTORS) + (part + 0.5) / parts - DETECTORS / 2) * bend
    turned = theta - np.tile(np.clip(gamma, -1.57, 1.57), len(angles))
    source = SOURCE_ORIGIN * np.stack([np.sin(theta), -np.cos(theta)], axis=1)
    across = np.stack([np.cos(turned), np.sin(turned)], axis=1)
    centre = source + SOURCE_ORIGIN * np.stack([-np.sin(turned), np.cos(turned)], axis=1)
    rays = astra.create_proj_geom("fanflat_vec", 1, np.hstack([source, centre, across]))
    volume = astra.create_vol_geom(SIZE, SIZE)
    projector_id = astra.create_projector("line_fanflat", rays, volume)
    matrix_id = astra.projector.matrix(projector_id)
    matrix = matrix + astra.matrix.get(matrix_id) / parts
    astra.matrix.delete(matrix_id)
    astra.projector.delete(projector_id)
G = pylops.LinearOperator(
    scipy.sparse.linalg.aslinearoperator(matrix.astype(np.float32)),
    dims=(SIZE, SIZE),
    dimsd=(len(angles), DETECTORS),
)
"""

    @property
    def bend(self) -> float:
        """Angle between the rays of neighbouring detectors, in radians."""
        return self.detector_width / self.source_detector

    def tangents(self, positions: FloatArray) -> Float64Array:
        """Tangent of the angle to the central ray at positions on the detectors, in pixels."""
        return np.asarray(np.tan(self._angles(positions)))

    def behind(self, positions: FloatArray, middle: float) -> Float64Array:
        """How far behind the axis the row stands at positions on it, `middle` in its middle."""
        radius = self.source_origin + middle
        return np.asarray(radius * np.cos(self._angles(positions)) - self.source_origin)

    def projection_matrices(self) -> Float64Array:
        """One projective map (views, 2, 3) for each view, to the tangent of a ray's angle."""
        cosine, sine = np.cos(self.angles_rad), np.sin(self.angles_rad)
        maps = np.zeros((self.view_count, 2, 3))
        # Depth along the central ray, from 0 at the source to 1 on the axis.
        maps[:, 1, 0] = -sine / self.source_origin
        maps[:, 1, 1] = cosine / self.source_origin
        maps[:, 1, 2] = 1
        maps[:, 0, 0] = cosine / self.source_origin
        maps[:, 0, 1] = sine / self.source_origin
        return maps

    def half_width_for(self, radius: float) -> float:
        """Half the length of a detector row that sees a disc of this radius whole, in pixels.

        The ray that touches the disc leaves the source at asin(radius / distance).
        """
        return self.source_detector * float(np.arcsin(radius / self.source_origin))

    def _angles(self, positions: FloatArray) -> Float64Array:
        """Angle to the central ray at positions on the detectors, in pixels; within 90°."""
        return np.clip(np.asarray(positions) / self.source_detector, -WIDEST, WIDEST)
