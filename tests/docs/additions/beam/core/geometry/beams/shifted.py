"""Parallel rays and a detector row that is shifted along itself, by a quarter detector or more."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.geometry.beams.base import Array
from core.geometry.beams.parallel import ParallelBeam
from core.parameters import param


@dataclass(frozen=True, kw_only=True)
class ShiftedBeam(ParallelBeam):
    """A parallel beam whose detectors are `shift` pixels further along their row."""

    name: ClassVar[str] = "shifted"
    title: ClassVar[str] = "Shifted"
    order: ClassVar[int] = 90
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
    def field_radius(self) -> float:
        """Radius, in pixels, of the disc that every view sees whole."""
        return max(super().field_radius - abs(self.shift), 0.0)

    def projection_matrices(self) -> Array:
        """One projective map (views, 2, 3) for each view."""
        maps = super().projection_matrices()
        maps[:, 0, 2] -= self.shift / self.detector_width
        return maps

    def across(self, positions: NDArray[np.floating], along: NDArray[np.floating]) -> Array:
        """Where rays are: as far from the central ray everywhere, in pixels."""
        return super().across(positions + self.shift, along)
