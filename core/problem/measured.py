"""A sinogram that was measured, not simulated: the true image is unknown.

An electron microscope tilts a needle from −76° to 76° in steps of 2° and counts electrons
scattered to large angles (HAADF), which grow with the mass along each ray. 28° of view are missing.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from core.array_types import Float32Array
from core.errors import require_choice, require_number
from core.geometry.beams import ParallelBeam
from core.geometry.views.listed import ListedViews
from core.keys import content_key
from core.problem.image_files import open_image_file
from core.problem.measurement import Measurement
from core.problem.stored import IMAGES_FILE
from core.projection.projector import Projector, make_projector

GROUP = "haadf_tilt"


@dataclass(frozen=True, kw_only=True)
class MeasuredSeries:
    """One of three slices through the needle, from its shaft (0) to its tip (2)."""

    slice: int = 0
    kernel: str = "strip"

    slices: ClassVar[int] = 3

    def __post_init__(self) -> None:
        require_number("Slice of the needle", self.slice, low=0, high=self.slices - 1, whole=True)
        require_choice("Kernel", self.kernel, ParallelBeam.kernels)

    @property
    def label(self) -> str:
        """What people read."""
        return f"Needle in an electron microscope, slice {self.slice} of 0–{self.slices - 1}"

    @cached_property
    def credit(self) -> str:
        """One line of credit for the screen."""
        with open_image_file(IMAGES_FILE) as file:
            credits = file[GROUP].attrs
            return f"{credits['title']}. {credits['source']}. {credits['licence']}."

    @cached_property
    def key(self) -> str:
        """The sha256 of the data themselves and of the angles they were taken at."""
        data, beam = self._read()
        return content_key(beam, self.kernel, hashlib.sha256(data.tobytes()).hexdigest())

    @cached_property
    def beam(self) -> ParallelBeam:
        """The views that were measured."""
        return self._read()[1]

    @property
    def size(self) -> int:
        """The image is as wide as the row of detectors."""
        return self.beam.detectors

    def operator(self) -> Projector:
        """The projector of these views."""
        return make_projector(self.size, self.beam, self.kernel)

    def measurement(self) -> Measurement:
        """The data and their operator."""
        data, _ = self._read()
        data.setflags(write=False)
        return Measurement(operator=self.operator(), data=data)

    def _read(self) -> tuple[Float32Array, ParallelBeam]:
        """The sinogram (angles, detectors), scaled, and the beam."""
        with open_image_file(IMAGES_FILE) as file:
            series, angles = file[GROUP]["sinogram"][()], file[GROUP]["angles_deg"][()]
        beam = ParallelBeam(
            views=ListedViews(angle_list=tuple(angles.tolist())),
            detectors=series.shape[2],
            detector_width=1.0,
        )
        scaled: Float32Array = (series[self.slice] / _density(series)).astype(np.float32)
        return scaled, beam


def _density(series: Float32Array) -> float:
    """Counts per pixel of needle, so that its image has values near 1.

    A uniform disc of density ρ and radius r has the largest ray 2rρ and the mass πr²ρ; the two
    give ρ = π · ray² / (4 · mass). The mean is taken over all slices and views.
    """
    rays = series.max(axis=2).astype(np.float64)
    masses = series.sum(axis=2, dtype=np.float64)
    return float(np.mean(np.pi * rays**2 / (4 * masses)))
