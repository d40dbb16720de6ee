"""Parallel rays and a detector row that is shifted along itself, by a quarter detector or more."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array
from core.geometry.beams.base import Beam
from core.parameters import param


@final
@dataclass(frozen=True, kw_only=True)
class ShiftedBeam(Beam):
    """A parallel beam whose detectors are `shift` pixels further along their row."""

    name: ClassVar[str] = "shifted"
    title: ClassVar[str] = "Shifted"
    order: ClassVar[int] = 90
    kind: ClassVar[str] = "shifted parallel"
    kernels: ClassVar[tuple[str, ...]] = ("strip", "line", "linear")
    view_equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s) = \\int m\\bigl((s + \\Delta)\\,e_\\theta "
        "+ t\\,e_\\theta^\\perp\\bigr)\\,dt",
    )
    pixel_curve: ClassVar[str] = "a sinusoid"
    pixel_equations: ClassVar[tuple[str, ...]] = (
        "s(\\theta) = x\\cos\\theta + y\\sin\\theta - \\Delta",
    )
    script: ClassVar[str] = """\
centres = SHIFT * np.stack([np.cos(angles), np.sin(angles)], axis=1)
along = np.stack([np.sin(angles), -np.cos(angles)], axis=1)
across = DETECTOR_WIDTH * np.stack([np.cos(angles), np.sin(angles)], axis=1)
scanner = astra.create_proj_geom("parallel_vec", DETECTORS, np.hstack([along, centres, across]))
volume = astra.create_vol_geom(SIZE, SIZE)
G = pylops.LinearOperator(
    astra.OpTomo(astra.create_projector(KERNEL, scanner, volume)),
    dims=(SIZE, SIZE),
    dimsd=(len(angles), DETECTORS),
)
"""

    shift: float = param(0.5, low=-100.0, high=100.0, unit="pixels", help="Shift of the row.")

    @property
    def fan_angles(self) -> Float64Array:
        """Zero for every detector (detectors,): the rays are parallel."""
        return np.zeros(self.detectors)

    @property
    def field_radius(self) -> float:
        """Radius, in pixels, of the disc that every view sees whole."""
        return max(self.detectors * self.detector_width / 2 - abs(self.shift), 0.0)

    def projection_matrices(self) -> Float64Array:
        """One projective map (views, 2, 3) for each view: detector = (x, y, 1) times it."""
        maps = np.zeros((self.view_count, 2, 3))
        maps[:, 0, 0] = np.cos(self.angles_rad) / self.detector_width
        maps[:, 0, 1] = np.sin(self.angles_rad) / self.detector_width
        maps[:, 0, 2] = self.detectors / 2 - self.shift / self.detector_width
        maps[:, 1, 2] = 1
        return maps

    def across(self, positions: NDArray[np.floating], along: NDArray[np.floating]) -> Float64Array:
        """Where rays are: as far from the central ray everywhere, in pixels."""
        return np.asarray(positions + self.shift + np.zeros_like(along))

    def half_width_for(self, radius: float) -> float:
        """Half the length of a detector row that sees a disc of this radius whole, in pixels."""
        return radius + abs(self.shift)
