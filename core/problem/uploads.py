"""A visitor's own image: it lives in that visitor's session and nowhere else."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.array_types import AnyArray, Float32Array, Image
from core.description import Described, Walk
from core.errors import InputError, require_number
from core.parameters import Parameter
from core.problem.readers import Stack, open_stack
from core.problem.resample import SCRIPT, block_means, fit, script_files, unit_range
from core.problem.scripted import ScriptedImage
from core.problem.stored import StoredImage

LARGEST_BYTES = 50_000_000
LARGEST_SIDE = 1024
"""Pixels of a larger image are averaged when it is opened: no scan uses more than 512."""

_LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue, as in ITU-R BT.601


FILE = Parameter(name="image_file", default="", title="File", aliases=("file",))
"""The visitor's own file, by the hash of its content: only its session can open it."""


@dataclass(frozen=True, kw_only=True)
class UploadedImage(Described, ScriptedImage):
    """One slice of a visitor's file.

    `digest` is the sha256 of the file's content and the slice; it alone defines the image, so
    that no name of a file enters a key. `pixels` (rows, columns) is float32.
    """

    name: ClassVar[str] = "upload"
    order: ClassVar[int] = 3

    digest: str
    label: str = field(compare=False)
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
            return StoredImage()
        slice = walk.ask(
            Parameter(
                name=f"{prefix}slice",
                default=file.slices // 2,
                low=0,
                high=file.slices - 1,
                title="Slice",
                aliases=("slice",),
            )
        )
        return file.image(slice)

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


@dataclass(frozen=True, kw_only=True)
class UploadInfo:
    """What a file holds: its format, the array in it, and (slices, rows, columns)."""

    title: str
    kind: str
    dataset: str
    shape: tuple[int, int, int]

    @property
    def slices(self) -> int:
        """How many slices there are to choose from, counted from 0."""
        return self.shape[0]

    @property
    def middle_slice(self) -> int:
        """The slice that is opened when none is named."""
        return self.slices // 2


def inspect_upload(name: str, content: bytes | Path) -> UploadInfo:
    """Look into a file without reading its values; raise `InputError` when it is no image.

    `content` is what the file holds, or where it lies.
    """
    return _described(name, open_stack(_content(content)))


def open_upload(name: str, content: bytes | Path, slice: int | None = None) -> UploadedImage:
    """Open one slice of a file, by default the middle one; raise `InputError` when it is bad.

    Complex values become their magnitudes and colours grey; transparency is ignored.
    """
    content = _content(content)
    stack = open_stack(content)
    info = _described(name, stack)
    chosen = info.middle_slice if slice is None else slice
    if info.slices == 1 and chosen != 0:
        raise InputError(f"This file has one slice only, number 0; there is no number {chosen}.")
    require_number("Slice of this file", chosen, low=0, high=info.slices - 1, whole=True)
    title = info.title
    if info.slices > 1:
        title += f", slice {chosen} of 0–{info.slices - 1}"
    digest = hashlib.sha256(content)
    digest.update(f"slice {chosen}".encode())
    pixels = _grey(stack.read(int(chosen)))
    return UploadedImage(digest=digest.hexdigest(), label=title, slice=int(chosen), pixels=pixels)


def _content(content: bytes | Path) -> bytes:
    """The bytes of a file, unless there are too many of them."""
    length = content.stat().st_size if isinstance(content, Path) else len(content)
    if length > LARGEST_BYTES:
        raise InputError(
            f"The file has {length / 1e6:.1f} MB; up to {LARGEST_BYTES // 10**6} MB can be opened."
        )
    return content.read_bytes() if isinstance(content, Path) else content


def _described(name: str, stack: Stack) -> UploadInfo:
    return UploadInfo(
        title=Path(name).name,
        kind=stack.kind,
        dataset=stack.dataset,
        shape=(stack.slices, stack.rows, stack.columns),
    )


def _grey(plane: AnyArray) -> Float32Array:
    """Check one slice and make it grey, in [0, 1] and no larger than is of use."""
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused below
        pixels = block_means(plane, factor=-(-max(plane.shape[:2]) // LARGEST_SIDE))
    if np.isnan(pixels).any():
        raise InputError("The image has values that are not numbers (NaN).")
    if np.isinf(pixels).any():
        raise InputError("The image has infinite values.")
    if pixels.ndim == 3:
        pixels = pixels[..., :3] @ _LUMINANCE
    grey = unit_range(pixels).astype(np.float32)
    if grey.min() == grey.max():
        raise InputError(f"The image is constant: every pixel is {pixels.flat[0]:g}.")
    return grey
