"""A visitor's own sinogram: it lives in that visitor's session and nowhere else."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, final

from core.description import Described, Walk
from core.errors import InputError
from core.parameter import Parameter
from core.problem.measured.tilt_series import TiltSeries
from core.problem.reader_process.pool import the_readers
from core.problem.readers.sinogram.raw import STACKED, RawSinogram, Stacked
from core.problem.uploads import LARGEST_BYTES, PrivateFile

SINOGRAM_FILE = Parameter(name="series_file", default="", title="File of the sinogram")
"""The visitor's own sinogram, by the hash of its content: only its session can open it."""

STACKED_PARAMETER = Parameter(
    name="series_stacked",
    default="auto",
    choices=STACKED,
    words={
        "auto": "Automatic",
        "sinograms": "Slice, view, detector",
        "projections": "View, slice, detector",
    },
    title="Axes of the stack",
    help=(
        "What the axes of a stack count. auto: the axis with as many entries as there are angles "
        "counts views."
    ),
)


@final
@dataclass(frozen=True, kw_only=True)
class OwnSinogram(Described, PrivateFile):
    """One sinogram of a visitor's file, as the file holds it.

    `digest` is the sha256 of the contents of the files, of the slice and of the axes: it alone
    defines the data, so that no name of a file enters a key.
    """

    name: ClassVar[str] = "own"
    order: ClassVar[int] = 1

    digest: str
    title_of_file: str = field(compare=False)
    sinogram: RawSinogram = field(compare=False, repr=False)

    @classmethod
    def choices(cls) -> Mapping[str, str]:
        """The name of a visitor's own sinogram."""
        return {cls.name: "Your own sinogram …"}

    @classmethod
    def build(cls, walk: Walk, prefix: str = "") -> Any:
        """The slice of the visitor's file, or the tilt series where it is not open."""
        file = walk.files.get(walk.ask(SINOGRAM_FILE))
        if file is None:
            return TiltSeries()
        stacked = walk.ask(STACKED_PARAMETER) if file.stacked else "auto"
        slices = file.slices(stacked)
        index = 0
        if slices > 1:
            index = walk.ask(
                Parameter(
                    name=f"{prefix}slice",
                    default=slices // 2,
                    low=0,
                    high=slices - 1,
                    title="Slice of the stack",
                    label="Slice",
                )
            )
        return file.sinogram(stacked, index)

    @property
    def label(self) -> str:
        """What people read."""
        if self.sinogram.slices == 1:
            return self.title_of_file
        last = self.sinogram.slices - 1
        return f"{self.title_of_file}, slice {self.sinogram.index} of 0–{last}"

    def raw(self) -> RawSinogram:
        """The sinogram as the file holds it."""
        return self.sinogram


def open_sinogram(
    name: str,
    content: bytes | Path,
    index: int | None = None,
    stacked: Stacked = "auto",
    angles: bytes | Path | None = None,
) -> OwnSinogram:
    """Open one sinogram of a file, by default the middle one; raise `InputError` when it is bad.

    `content` is what the file holds, or where it lies, and so are `angles`, of a second file that
    takes the place of the angles in the first. They are read by another process: see
    `core.problem.reader_process`.
    """
    content = file_content(content)
    digest = hashlib.sha256(hashlib.sha256(content).digest())
    listed, unit = None, ""
    if angles is not None:
        angles = file_content(angles)
        try:
            listed, unit = the_readers().read_angles(angles)
        except InputError as error:
            raise InputError(f"The angles cannot be read. {error}") from None
        digest.update(hashlib.sha256(angles).digest())
    views = 0 if listed is None else len(listed)
    raw = the_readers().read_sinogram(content, index, stacked, views)
    if listed is not None:
        raw = replace(raw, angles=listed, unit=unit)
    digest.update(f"{raw.stacked} {raw.index}".encode())
    return OwnSinogram(digest=digest.hexdigest(), title_of_file=Path(name).name, sinogram=raw)


def file_content(content: bytes | Path) -> bytes:
    """The bytes of a file; raise `InputError` for too many, and where it cannot be read."""
    try:
        length = content.stat().st_size if isinstance(content, Path) else len(content)
        _check_length(length)
        return content.read_bytes() if isinstance(content, Path) else content
    except OSError as error:
        raise InputError(f"{content!s} cannot be read: {error.strerror}.") from None


def _check_length(length: int) -> None:
    if length > LARGEST_BYTES:
        raise InputError(
            f"The file has {length / 1e6:.1f} MB; up to {LARGEST_BYTES // 10**6} MB can be opened."
        )
