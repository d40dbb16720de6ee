"""Parallel rays: at the angle θ the detector coordinate of (x, y) is x cos θ + y sin θ."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.geometry.beams.base import Beam


@final
@dataclass(frozen=True, kw_only=True)
class ParallelBeam(Beam):
    """Parallel rays and a flat row of detectors (ASTRA's `parallel`)."""

    name: ClassVar[str] = "parallel"
    title: ClassVar[str] = "Parallel"
    order: ClassVar[int] = 0
    kind: ClassVar[str] = "parallel"
    kernels: ClassVar[tuple[str, ...]] = ("strip", "line", "linear")
    view_equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s) = \\int m\\bigl(s\\,e_\\theta + t\\,e_\\theta^\\perp\\bigr)\\,dt",
        "e_\\theta = (\\cos\\theta, \\sin\\theta)",
        "e_\\theta^\\perp = (-\\sin\\theta, \\cos\\theta)",
    )
    pixel_equations: ClassVar[tuple[str, ...]] = ("s(\\theta) = x\\cos\\theta + y\\sin\\theta",)
    pixel_curve: ClassVar[str] = "a sinusoid"
    script: ClassVar[str] = """\
G = pylops.medical.CT2D(
    (SIZE, SIZE),
    DETECTOR_WIDTH,
    DETECTORS,
    angles,
    engine="cpu",
    projector_type=KERNEL,
)
"""

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
