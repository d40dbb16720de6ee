"""A scan of a volume: everything that defines simulated data, and the measurement that it gives."""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import ClassVar

import numpy as np

from core.array_types import FloatArray, Image, Sinogram
from core.description import Described, part
from core.errors import InputError, require_choice
from core.geometry.beams.base import unbounded
from core.geometry.volume_beams import (
    VOLUME_BEAMS,
    ConeBeam,
    HelicalBeam,
    PanelBeam,
    ParallelBeam3D,
    PointPanel,
)
from core.keys import content_key
from core.parameters import param
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import NOISES, Noise, NoNoise, attenuation_scale
from core.problem.volumes import VOLUMES, VolumeImage
from core.problem.volumes.head import ColinHead
from core.projection.projector import Projector, make_projector

SIZES = (32, 48, 64, 80, 96, 112, 128, 160, 192)
MEMORY_LIMIT = 700e6
"""Bytes that a scan and an iterative method may take."""

VOLUMES_HELD, DATA_HELD = 12, 6
"""Copies of the volume and of the data that a method with total variation has at a time."""


def _cube(size: float) -> str:
    return f"{size:g}³"


@dataclass(frozen=True, kw_only=True)
class VolumeScan(Described):
    """A volume, its working size, the beam, the kernel of the projector and the noise."""

    image: VolumeImage = part(VOLUMES, ColinHead)
    size: int = param(
        64,
        low=8,
        high=SIZES[-1],
        unit="voxels",
        title="Volume size",
        label="Size (voxels)",
        stops=SIZES,
        show=_cube,
        phrase="[{}] voxels across",
        help="Side of the volume in voxels: the scan has size³ unknowns.",
    )
    beam: PanelBeam = part(VOLUME_BEAMS, lambda: ConeBeam.sized(64))
    kernel: str = param(
        "strip",
        choices=("strip", "line", "linear", "cuda"),
        place="more",
        help=(
            "How an entry of G is computed. strip: the mean over the detector; line: the length of "
            "the ray within the voxel (parallel rays only); linear: interpolation along the ray; "
            "cuda: ASTRA on an NVIDIA GPU (cone and helix)."
        ),
    )
    finer_grid: bool = param(
        False,
        place="more",
        title="Simulate on a finer grid",
        help=(
            "The data are made of a volume of twice as many voxels on a side, with four detectors "
            "for each one, and then binned: no inverse crime."
        ),
    )
    noise: Noise = part(NOISES, NoNoise)

    SIZE: ClassVar[str] = "size"
    """The name of the parameter that the usual scanners depend on."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require_choice("Kernel", self.kernel, (*self.beam.kernels, *self.beam.gpu_kernels))
        self.beam.check_fits(self.size)
        require_memory(self.size, self.beam, finer=self.finer_grid)

    @cached_property
    def key(self) -> str:
        """The sha256 of the canonical JSON of everything that defines the data."""
        return content_key(self)

    @property
    def label(self) -> str:
        """What people read."""
        return self.image.label

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the volume: (slices, rows, columns)."""
        return self.beam.image_shape(self.size)

    def operator(self) -> Projector:
        """The projector G of this scan."""
        return make_projector(self.size, self.beam, self.kernel)

    def truth(self) -> Image:
        """The volume (slices, size, size), float32, read-only."""
        volume = self.image.read(self.size, self.shape[0])
        volume.setflags(write=False)
        return volume

    def rays(self) -> Sinogram:
        """The data (views, rows, detectors) without noise, float32."""
        if not self.finer_grid:
            return self.operator().project(self.truth())
        beam = twice_as_fine(self.beam)
        fine = self.image.read(2 * self.size, beam.image_shape(2 * self.size)[0])
        # The mean of each block of the finer volume is the voxel of the true one.
        ratio = self.truth() / np.maximum(_binned(fine, (0, 1, 2)), 1e-6)
        fine *= np.clip(ratio, 0, 4).repeat(2, 0).repeat(2, 1).repeat(2, 2)
        if isinstance(beam, ParallelBeam3D):
            # Both slices that make one slice are seen at its own angles.
            beam = unbounded(beam, rows=self.beam.rows)
            fine = _binned(fine, (0,))
        rays = make_projector(2 * self.size, beam, self.kernel).project(fine)
        # A ray is twice as long in the smaller voxels.
        axes = (2,) if isinstance(beam, ParallelBeam3D) else (1, 2)
        binned: Sinogram = _binned(rays, axes) / np.float32(2)
        return binned

    def measurement(self) -> SimulatedMeasurement:
        """Scan the volume: d = Gm + n."""
        clean = self.rays()
        if not clean.any():
            raise InputError(
                "No ray of the scanner meets the object: all data are 0. Move the panel back, or "
                "make it larger."
            )
        attenuation = attenuation_scale(clean)
        data = self.noise.apply(clean, attenuation)
        for array in (clean, data):
            array.setflags(write=False)
        return SimulatedMeasurement(
            operator=self.operator(),
            data=data,
            clean=clean,
            truth=self.truth(),
            attenuation=attenuation,
        )


def twice_as_fine(beam: PanelBeam) -> PanelBeam:
    """The same scanner about a volume of twice as many voxels on a side.

    Four detectors stand in place of each one: as wide as it in the smaller voxels.
    """
    finer = unbounded(beam, rows=2 * beam.rows, detectors=2 * beam.detectors)
    if isinstance(finer, PointPanel):
        finer = unbounded(
            finer,
            source_origin=2 * finer.source_origin,
            origin_detector=2 * finer.origin_detector,
            panel_offset=2 * finer.panel_offset,
        )
    if isinstance(finer, HelicalBeam):
        finer = unbounded(finer, pitch=2 * finer.pitch)
    return finer


def memory_needed(size: int, beam: PanelBeam, *, finer: bool = False) -> float:
    """Bytes that a scan and a reconstruction of it may take, about."""
    voxels, data = prod(beam.image_shape(size)), prod(beam.data_shape)
    needed = 4.0 * (VOLUMES_HELD * voxels + DATA_HELD * data)
    # While it is simulated there are the finer volume twice and its data three times.
    return max(needed, 4.0 * (8 * 2 * voxels + 4 * 3 * data)) if finer else needed


def require_memory(size: int, beam: PanelBeam, *, finer: bool = False) -> None:
    """Raise `InputError` for a scan that would take more memory than allowed."""
    needed = memory_needed(size, beam, finer=finer)
    if needed > MEMORY_LIMIT:
        raise InputError(
            f"A volume of {'×'.join(map(str, beam.image_shape(size)))} voxels with "
            f"{beam.view_count} views of {beam.rows}×{beam.detectors} detectors would take about "
            f"{needed / 1e6:.0f} MB, and {MEMORY_LIMIT / 1e6:.0f} MB is the limit: take a smaller "
            "volume, a smaller panel or fewer views."
        )


def _binned(array: FloatArray, axes: tuple[int, ...]) -> Image:
    """The means of pairs along some axes, float32."""
    for axis in axes:
        shape = (*array.shape[:axis], array.shape[axis] // 2, 2, *array.shape[axis + 1 :])
        array = array.reshape(shape).mean(axis=axis + 1)
    binned: Image = array.astype(np.float32)
    return binned
