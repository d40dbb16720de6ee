"""A visitor's own image: it lives in that visitor's session and nowhere else."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from core.array_types import Float32Array, Image
from core.description import Described, Walk
from core.errors import InputError
from core.parameter import Parameter
from core.problem.reader_process.pool import the_readers
from core.problem.readers.choice import listed
from core.problem.resample import SCRIPT, fit, script_files
from core.problem.scripted import ScriptedImage
from core.problem.stored import default_image

LARGEST_BYTES = 50_000_000
"""Of a file that is sent through the browser. One on disk may be of any size."""

CUT = "python -m core cut FILE:SLICE --out slice.npy"
"""The command that cuts one slice out of a file too large to be sent."""

FILE = Parameter(name="image_file", default="", title="File", aliases=("file",))
"""The visitor's own file, by the hash of its content: only its session can open it."""


DATASET = Parameter(
    name="image_dataset",
    default="",
    title="Array",
    listed=True,
    help="The file holds several arrays: this one is shown, by slices, rows and columns.",
)
"""Which array of the visitor's own file is shown."""


class PrivateFile:
    """What was made of a visitor's own file, by its `digest`; see `uploads_in`."""

    digest: str


@dataclass(frozen=True, kw_only=True)
class UploadInfo:
    """What a file holds: its format, the array in it, and (slices, rows, columns).

    `arrays` are all that can be read, with their shapes, where there are several; `outside` is the
    share of the pixels that were not numbers, and are 0.
    """

    title: str
    kind: str
    dataset: str
    shape: tuple[int, int, int]
    arrays: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    outside: float = 0.0

    @property
    def choice(self) -> str:
        """Which of several arrays is shown, and what the others are; "" where there is one."""
        if not self.arrays:
            return ""
        others = {name: shape for name, shape in self.arrays.items() if name != self.dataset}
        return (
            f"The file has {len(self.arrays)} arrays, of which {self.dataset} is shown; the "
            f"others are {listed(others)}."
        )

    @property
    def blank(self) -> str:
        """That some pixels were not numbers; "" where all were."""
        if not self.outside:
            return ""
        share = max(1, round(100 * self.outside))
        return (
            f"{share} % of the pixels are not numbers (NaN), as outside the brain in files of SPM; "
            "they are 0 here."
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know of how the file was read."""
        return tuple(remark for remark in (self.choice, self.blank) if remark)

    @property
    def slices(self) -> int:
        """How many slices there are to choose from, counted from 0."""
        return self.shape[0]


@dataclass(frozen=True, kw_only=True)
class UploadedImage(Described, ScriptedImage, PrivateFile):
    """One slice of a visitor's file.

    `digest` is the sha256 of the pixels and of the slice's number; it alone defines the image, so
    that no name of a file enters a key. `pixels` (rows, columns) is float32.
    """

    name: ClassVar[str] = "upload"
    order: ClassVar[int] = 3

    digest: str
    info: UploadInfo = field(compare=False)
    slice: int
    pixels: Float32Array = field(compare=False, repr=False)

    @classmethod
    def choices(cls) -> Mapping[str, str]:
        """The name of a visitor's own file."""
        return {cls.name: "Your own file …"}

    @classmethod
    def build(cls, walk: Walk, prefix: str = "") -> Any:
        """The slice of the visitor's file, or the lecture's image where it is not open."""
        file = walk.files.get(walk.ask(FILE))
        if file is None:
            return default_image()
        dataset = ""
        if arrays := file.arrays:
            dataset = walk.ask(array_choice(DATASET, arrays, file.likeliest))
        slices = file.slices_of(dataset)
        slice = walk.ask(
            Parameter(
                name=f"{prefix}slice",
                default=slices // 2,
                low=0,
                high=slices - 1,
                title="Slice",
                aliases=("slice",),
            )
        )
        return file.image(slice, dataset)

    @property
    def label(self) -> str:
        """What people read."""
        if self.info.slices == 1:
            return self.info.title
        return f"{self.info.title}, slice {self.slice} of 0–{self.info.slices - 1}"

    def read(self, size: int) -> Image:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1."""
        return fit(self.pixels, size)

    @property
    def script(self) -> str:
        """The lines of a script that read the slice from a file of its own."""
        return SCRIPT

    @property
    def script_files(self) -> dict[str, bytes]:
        """The slice, under a name that says nothing of the visitor's file."""
        return script_files(self.pixels)


def array_choice(
    parameter: Parameter, arrays: Mapping[str, Sequence[int]], likeliest: str
) -> Parameter:
    """The parameter that chooses one of a file's arrays, with the shape of each in its words."""
    words = {name: f"{name} ({'×'.join(map(str, shape))})" for name, shape in arrays.items()}
    return replace(parameter, default=likeliest, choices=tuple(words), words=words)


def uploads_in(value: Any) -> frozenset[str]:
    """The digests of all visitors' files in a dataclass or a tuple, however deep they lie.

    What holds one is that visitor's own: it is not written to disk, and goes with the image.
    """
    if isinstance(value, PrivateFile):
        return frozenset({value.digest})
    if is_dataclass(value) and not isinstance(value, type):
        items: Iterable[Any] = (getattr(value, entry.name) for entry in fields(value))
    elif isinstance(value, (list, tuple)):
        items = value
    else:
        return frozenset()
    return frozenset[str]().union(*map(uploads_in, items))


def open_upload(
    name: str, content: bytes | Path, slice: int | None = None, dataset: str = ""
) -> UploadedImage:
    """Open one slice of a file, by default the middle one; raise `InputError` when it is bad.

    `content` is what the file holds, or its path; `dataset` is the array wanted, "" for the
    likeliest. It is read by another process: see `core.problem.reader_process`.
    """
    if isinstance(content, bytes) and len(content) > LARGEST_BYTES:
        raise InputError(
            f"The file has {len(content) / 1e6:.1f} MB; up to {LARGEST_BYTES // 10**6} MB can be "
            f"opened in the browser. On the command line it opens as it is, and `{CUT}` cuts one "
            "slice out of it."
        )
    read = the_readers().read(content, slice, dataset)
    digest = hashlib.sha256(f"{read.pixels.shape} slice {read.index}".encode())
    digest.update(read.pixels.tobytes())
    info = UploadInfo(
        title=Path(name).name,
        kind=read.kind,
        dataset=read.dataset,
        shape=read.shape,
        arrays=read.arrays,
        outside=read.outside,
    )
    return UploadedImage(digest=digest.hexdigest(), info=info, slice=read.index, pixels=read.pixels)
