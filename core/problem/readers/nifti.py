"""NIfTI, plain or gzipped: axial slices from below upwards, forehead up, left on the left."""

import gzip
import io
import itertools
from typing import IO, Any

import numpy as np

from core.array_types import AnyArray, Float64Array
from core.errors import InputError
from core.problem.readers.stack import Stack, check_shape, read_plane, reading

KIND = "NIfTI"
GZIP = b"\x1f\x8b"
LARGEST_OFFSET = 50_000_000
_HEADER_BYTES = {1: 348, 2: 540}


def recognises(content: bytes) -> bool:
    """Whether this is a single NIfTI file; of the gzip files, NIfTI is the only one opened."""
    return content.startswith(GZIP) or _version(content) != 0


def open_stack(content: bytes) -> Stack:
    """Read the header, and with it where the head lies in the array."""
    with reading(KIND), _stream(content) as stream:
        start = stream.read(max(_HEADER_BYTES.values()))
        version = _version(start)
        if version == 0:
            raise InputError("The gzip file does not hold a NIfTI image, the only kind opened.")
        header = _header(version, start)
        shape, dtype = _shape(header), header.get_data_dtype()
        offset = int(header.get_data_offset())
        if not 0 <= offset <= LARGEST_OFFSET:
            raise ValueError("the values are said to start outside the file")
        slope, intercept = header.get_slope_inter()
        axes, turned = _axes(header.get_best_affine())
    if dtype.names is None and dtype.kind not in "biufc":
        raise InputError(f"The file holds values of the type {dtype}, not numbers.")

    def read(index: int) -> AnyArray:
        right, front, up = axes
        place = shape[up] - 1 - index if turned[2] else index
        with reading(KIND), _stream(content) as stream:
            stream.seek(offset)
            plane = read_plane(stream, dtype, shape, axis=up, index=place, fortran=True)
        image = plane.T if right < front else plane  # rows along the axis to the front
        image = image[:: 1 if turned[1] else -1, :: -1 if turned[0] else 1]
        if dtype.names:
            return np.stack([image[name] for name in dtype.names], axis=-1)
        if slope is None or (slope, intercept) == (1, 0):
            return image
        # Small integers become float32, not the float64 that Python's numbers would make them.
        return image * np.float32(slope) + np.float32(intercept)

    right, front, up = axes
    return Stack(kind=KIND, slices=shape[up], rows=shape[front], columns=shape[right], read=read)


def _version(content: bytes) -> int:
    """1 or 2 for a single NIfTI file of that version, else 0."""
    if content[344:348] == b"n+1\0":
        return 1
    return 2 if content[4:8] == b"n+2\0" else 0


def _stream(content: bytes) -> IO[bytes]:
    plain = io.BytesIO(content)
    return gzip.GzipFile(fileobj=plain) if content.startswith(GZIP) else plain  # type: ignore[return-value]


def _header(version: int, start: bytes) -> Any:
    # Only here: NiBabel is needed by those who open such a file, and loads slowly.
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    return (Nifti1Header if version == 1 else Nifti2Header)(start[: _HEADER_BYTES[version]])


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
