"""NIfTI, plain or gzipped: axial slices from below upwards, forehead up, left on the left.

What is thin from left to right is shown in sagittal slices, with the front on the right; what is
thin from back to front in coronal ones. The crown is up in both.
"""

import gzip
import io
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from core.array_types import AnyArray, Float64Array
from core.errors import InputError
from core.problem.readers.source import Source
from core.problem.readers.stack import (
    Stack,
    check_count,
    check_shape,
    read_plane,
    reading,
    unpacked,
)

KIND = "NIfTI"
GZIP = b"\x1f\x8b"
LARGEST_OFFSET = 50_000_000
THIN = 4
"""An array this many times thinner in one direction than in the others was taken slice by slice."""
_HEADER_BYTES = {1: 348, 2: 540}
_FIRST_VALUE = {1: 352, 2: 544}


def recognises(start: bytes) -> bool:
    """Whether this is NIfTI; of the gzip files, NIfTI is the only one opened."""
    return start.startswith(GZIP) or _version(start) != 0 or is_header_alone(start)


@dataclass(frozen=True, kw_only=True)
class _Values:
    """The values of a file: where they lie and how to read them."""

    source: Source
    offset: int
    dtype: np.dtype[Any]
    shape: tuple[int, int, int]
    slope: float | None
    intercept: float | None
    affine: Float64Array

    def plane(self, stream: IO[bytes], axis: int, index: int) -> AnyArray:
        """The two other axes of the array, in their order, at one place of `axis`."""
        stream.seek(self.offset)
        return read_plane(stream, self.dtype, self.shape, axis=axis, index=index, fortran=True)

    def scaled(self, image: AnyArray) -> AnyArray:
        """What the stored values of a plane mean."""
        if self.dtype.names:
            return np.stack([image[name] for name in self.dtype.names], axis=-1)
        if self.slope is None or (self.slope, self.intercept) == (1, 0):
            return image
        # Small integers become float32, not the float64 that Python's numbers would make them.
        return image * np.float32(self.slope) + np.float32(self.intercept or 0)


def open_stack(source: Source) -> Stack:
    """Read the header, and with it where the head lies in the array."""
    values = _values(source)
    axes, turned = _axes(values.affine)
    columns, rows, slices = _shown(values.shape, axes)
    check_count(values.shape[axes[rows]] * values.shape[axes[columns]])
    up = axes[slices]

    def read(index: int) -> AnyArray:
        place = values.shape[up] - 1 - index if turned[slices] else index
        with reading(KIND), _stream(values.source) as stream:
            plane = values.plane(stream, up, place)
        image = plane.T if axes[columns] < axes[rows] else plane
        return values.scaled(image[:: 1 if turned[rows] else -1, :: -1 if turned[columns] else 1])

    return Stack(
        kind=KIND,
        slices=values.shape[up],
        rows=values.shape[axes[rows]],
        columns=values.shape[axes[columns]],
        read=read,
        blank_outside=True,
    )


def open_volume(source: Source) -> Stack:
    """The same file in the order in which its values lie, with its directions and spacing."""
    values = _values(source)
    shape = values.shape
    check_count(shape[0] * shape[1])
    lengths = np.linalg.norm(values.affine[:3, :3], axis=0)
    known = bool(np.isfinite(lengths).all() and (lengths > 0).all())
    steps = lengths if known else np.ones(3)

    def walk() -> Iterator[AnyArray]:
        with reading(KIND), _stream(values.source) as packed:
            stream: IO[bytes] = packed
            if values.source.start.startswith(GZIP):
                nbytes = values.offset + math.prod(shape) * values.dtype.itemsize
                stream = io.BytesIO(unpacked(packed, nbytes))
            for index in range(shape[2]):
                yield values.scaled(values.plane(stream, 2, index).T)

    def read(index: int) -> AnyArray:
        with reading(KIND), _stream(values.source) as stream:
            return values.scaled(values.plane(stream, 2, index).T)

    return Stack(
        kind=KIND,
        slices=shape[2],
        rows=shape[1],
        columns=shape[0],
        read=read,
        blank_outside=True,
        walk=walk,
        spacing=(float(steps[2]), float(steps[1]), float(steps[0])) if known else None,
        directions=(values.affine[:3, :3] / steps).T[::-1] if known else None,
    )


def _values(source: Source) -> _Values:
    """Read the header of a file."""
    values = source
    if is_header_alone(source.start):
        values = _values_beside(source)
    with reading(KIND), _stream(source) as stream:
        start = stream.read(max(_HEADER_BYTES.values()))
        version = _version(start)
        if version == 0 and values is source:
            raise InputError("The gzip file does not hold a NIfTI image, the only kind opened.")
        header = _header(version, start)
        shape, dtype = _shape(header), header.get_data_dtype()
        offset = int(header.get_data_offset())
        if values is source:
            offset = offset or _FIRST_VALUE[version]  # some programs write 0
        if not 0 <= offset <= LARGEST_OFFSET:
            raise ValueError("the values are said to start outside the file")
        slope, intercept = header.get_slope_inter()
        affine = header.get_best_affine()
    if dtype.names is None and dtype.kind not in "biufc":
        raise InputError(f"The file holds values of the type {dtype}, not numbers.")
    return _Values(
        source=values,
        offset=offset,
        dtype=dtype,
        shape=shape,
        slope=slope,
        intercept=intercept,
        affine=affine,
    )


def _version(start: bytes) -> int:
    """1 or 2 for a single NIfTI file of that version, else 0."""
    if start[344:348] == b"n+1\0":
        return 1
    return 2 if start[4:8] == b"n+2\0" else 0


def is_header_alone(start: bytes) -> bool:
    """Whether this is the header of a pair of files, `.hdr` and `.img`, of NIfTI or Analyze."""
    if start[344:348] == b"ni1\0":
        return True
    return len(start) == 348 and start[:4] in (b"\x5c\1\0\0", b"\0\0\1\x5c")


def _values_beside(source: Source) -> Source:
    """The second file of a pair."""
    values = source.beside(".img")
    if values is None:
        raise InputError(
            "The file is the header (.hdr) of a NIfTI or Analyze pair: its values are in a second "
            "file, .img. Save the image as one NIfTI file (.nii), or, on the command line, keep "
            "both files in one folder."
        )
    return values


def _stream(source: Source) -> IO[bytes]:
    plain = source.open()
    if source.start.startswith(GZIP):
        return gzip.GzipFile(fileobj=plain)  # type: ignore[return-value]
    return plain


def _shown(shape: tuple[int, int, int], axes: tuple[int, int, int]) -> tuple[int, int, int]:
    """Which of the directions right, front and up are columns, rows and slices.

    Slices are axial, unless the array is much thinner in another direction: it was taken so.
    """
    lengths = [shape[axis] for axis in axes]
    thin = min(range(3), key=lambda direction: (lengths[direction], -direction))
    others = [length for direction, length in enumerate(lengths) if direction != thin]
    slices = thin if lengths[thin] * THIN <= min(others) else 2
    columns, rows = (direction for direction in range(3) if direction != slices)
    return columns, rows, slices


def _header(version: int, start: bytes) -> Any:
    """The header of a single file of version 1 or 2, or, for 0, that of a pair."""
    # Only here: NiBabel is needed by those who open such a file, and loads slowly.
    from nibabel.analyze import AnalyzeHeader
    from nibabel.nifti1 import Nifti1Header, Nifti1PairHeader
    from nibabel.nifti2 import Nifti2Header

    kinds = {1: Nifti1Header, 2: Nifti2Header}
    kind = kinds.get(version) or (Nifti1PairHeader if start[344:347] == b"ni1" else AnalyzeHeader)
    return kind.from_fileobj(io.BytesIO(start))


def _shape(header: Any) -> tuple[int, int, int]:
    """The three lengths; NIfTI writes further axes of length 1, which say nothing."""
    shape = tuple(int(n) for n in header.get_data_shape())
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    check_shape(shape)
    rows, columns, slices = (*shape, 1)[:3]
    return rows, columns, slices


def _axes(affine: Float64Array) -> tuple[tuple[int, int, int], tuple[bool, ...]]:
    """The array's axes that run most nearly to the right, the front and upwards.

    With each goes whether it runs the other way. A header without usable directions is taken to
    have its axes in this order.
    """
    directions = affine[:3, :3] / (np.linalg.norm(affine[:3, :3], axis=0) + 1e-300)
    if not np.isfinite(directions).all():
        return (0, 1, 2), (False, False, False)
    right, front, up = max(
        itertools.permutations(range(3)),
        key=lambda axes: sum(abs(directions[row, axis]) for row, axis in enumerate(axes)),
    )
    turned = tuple(bool(directions[row, axis] < 0) for row, axis in enumerate((right, front, up)))
    return (right, front, up), turned
