"""A visitor's own volume: it lives in that visitor's session and nowhere else."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, final

from core.array_types import Float32Array, Image
from core.description import Walk
from core.errors import InputError, require_number
from core.number_format import readable
from core.problem.reader_process.pool import the_readers
from core.problem.uploads import LARGEST_BYTES, PrivateFile, UploadInfo
from core.problem.volumes.base import VolumeImage, resampled, scaled
from core.problem.volumes.head import ColinHead

KINDS = (
    "NIfTI, a DICOM series (as a ZIP or as several files), HDF5, TIFF and .npy stacks, .npz, or a "
    "ZIP of slices"
)
DISTANCES = (0.05, 50.0)
"""Of slices, in sides of a pixel."""
NEARLY_CUBES = 0.01


@dataclass(frozen=True, kw_only=True)
class VolumeInfo(UploadInfo):
    """What a file holds, beside `UploadInfo` the lengths of its voxels in mm.

    spacing : of (slices, rows, columns), None where the file does not say.
    notes : sentences on how it was read.
    """

    spacing: tuple[float, float, float] | None
    notes: tuple[str, ...] = ()

    @property
    def distance(self) -> float:
        """The distance of the slices in sides of a pixel, as the file has it; else 1."""
        if self.spacing is None:
            return 1.0
        return self.spacing[0] / max(self.spacing[1:])


@final
@dataclass(frozen=True, kw_only=True)
class UploadedVolume(VolumeImage, PrivateFile):
    """The volume of a visitor's file.

    `digest` is the sha256 of the voxels and their lengths; it and `stretch` define the volume, so
    that no name of a file enters a key.

    voxels : (slices, rows, columns), float32, in [0, 1], from below, front and left.
    steps : the lengths of a voxel along these axes, in one unit.
    stretch : how many times as far apart as in the file the slices are taken to be.
    """

    name: ClassVar[str] = "upload"
    title: ClassVar[str] = "Your own file …"
    order: ClassVar[int] = 4

    digest: str
    info: VolumeInfo = field(compare=False)
    voxels: Float32Array = field(compare=False, repr=False)
    steps: tuple[float, float, float] = field(compare=False)
    stretch: float = 1.0

    @classmethod
    def build(cls, walk: Walk, prefix: str = "") -> Any:
        """The lecture's head, where no file is open: a name alone opens none."""
        return ColinHead()

    @property
    def label(self) -> str:
        """What people read."""
        return self.info.title

    def read(self, size: int, slices: int) -> Image:
        """Return the volume (slices, size, size), float32, in [0, 1], with all of the object."""
        return scaled(resampled(self.voxels, self._spacing, size, slices))

    def remarks(self, size: int) -> tuple[str, ...]:
        """What to know of how the file was read, and of the cubes it became at this size."""
        return (*self.info.remarks, *self.info.notes, self._resampling(size))

    @property
    def _spacing(self) -> tuple[float, float, float]:
        thick, high, wide = self.steps
        return thick * self.stretch, high, wide

    def _resampling(self, size: int) -> str:
        """How the voxels of the file became cubes."""
        counts = "×".join(map(str, self.info.shape))
        thick, high, wide = self.info.spacing or (1.0, 1.0, 1.0)
        lengths = (thick * self.stretch, high, wide)
        extent = max(n * one for n, one in zip(self.voxels.shape, self._spacing, strict=True))
        cube = readable(extent / size)
        if self.info.spacing is None:
            known = "The file does not say how large its voxels are: "
            known += "they are taken as cubes"
            if self.stretch != 1:
                known = f"Its slices are taken to be {readable(self.stretch)} pixel sides apart"
            return f"{known}. Its {counts} voxels became cubes of {cube} pixel sides."
        mm = "×".join(readable(one) for one in lengths)
        cubes = max(lengths) <= (1 + NEARLY_CUBES) * min(lengths)
        what = "are resampled to" if cubes else "are no cubes: they are resampled to"
        return f"The file's {counts} voxels of {mm} mm {what} cubes of {cube} mm."


def open_own_volume(
    name: str, content: bytes | Path, dataset: str = "", distance: float | None = None
) -> UploadedVolume:
    """Open a file as a volume; raise `InputError` when it is bad.

    Parameters
    ----------
    content : what the file holds, or its path, which may be that of a folder of slices.
    dataset : the array wanted, "" for the likeliest.
    distance : of the slices in sides of a pixel; None for what the file says.

    It is read by another process: see `core.problem.reader_process`.
    """
    if isinstance(content, bytes) and len(content) > LARGEST_BYTES:
        raise InputError(
            f"The file has {len(content) / 1e6:.1f} MB; up to {LARGEST_BYTES // 10**6} MB can be "
            "opened in the browser. The command line opens it as it is: `python -m core solve fdk "
            "--beam cone --image FILE`."
        )
    if distance is not None:
        low, high = DISTANCES
        require_number("Distance of slices", distance, low=low, high=high, unit="pixel sides")
    read = the_readers().read_volume(content, dataset)
    digest = hashlib.sha256(f"volume {read.voxels.shape} {read.steps}".encode())
    digest.update(read.voxels.tobytes())
    info = VolumeInfo(
        title=Path(name).name,
        kind=read.kind,
        dataset=read.dataset,
        shape=read.shape,
        spacing=read.spacing,
        arrays=read.arrays,
        outside=read.outside,
        notes=read.remarks,
    )
    return UploadedVolume(
        digest=digest.hexdigest(),
        info=info,
        voxels=read.voxels,
        steps=read.steps,
        stretch=1.0 if distance is None else distance / info.distance,
    )


def as_one_file(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Several files as one: a ZIP archive without compression; raises `InputError` for too many.

    A single file stays as it is.
    """
    if len(files) == 1:
        return files[0][1]
    total = sum(len(content) for _, content in files)
    if total > LARGEST_BYTES:
        raise InputError(
            f"The {len(files)} files have {total / 1e6:.1f} MB; up to {LARGEST_BYTES // 10**6} MB "
            "can be opened in the browser. The command line opens them as they are: `python -m "
            "core solve fdk --beam cone --image FOLDER`."
        )
    names = _different([name for name, _ in files])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, (_, content) in zip(names, files, strict=True):
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _different(names: Sequence[str]) -> list[str]:
    """The names, with a number before those that are there already."""
    seen: dict[str, int] = {}
    different = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        different.append(name if seen[name] == 1 else f"{seen[name]}/{name}")
    return different
