"""NumPy's `.npy` and `.npz`, without pickle: an array [row, column] or [slice, row, column]."""

import io
import math
import zipfile
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.stack import Stack, check_shape, is_stack, read_plane, reading

NPY, ZIP = b"\x93NUMPY", b"PK\x03\x04"
MOST_MEMBERS = 1000
PREFERRED = "reconstruction_rss"


@dataclass(frozen=True, kw_only=True)
class _Header:
    """What a `.npy` header says; the stream then stands at the first value."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def is_image(self) -> bool:
        return self.dtype.kind in "biufc" and len(self.shape) in (2, 3)


def recognises(content: bytes) -> bool:
    """Whether the content starts as `.npy` or `.npz`."""
    return content.startswith((NPY, ZIP))


def open_stack(content: bytes) -> Stack:
    """Look at the array, or at the largest image among the arrays."""
    if content.startswith(NPY):
        with reading(".npy"):
            header = _read_header(io.BytesIO(content))
        return _stack(".npy", content, header, member="")
    with reading(".npz"), _archive(content) as archive:
        member, header = _chosen(archive)
    return _stack(".npz", content, header, member=member)


def _stack(kind: str, content: bytes, header: _Header, *, member: str) -> Stack:
    if header.dtype.hasobject:
        raise InputError("The file holds Python objects, which are not opened for safety.")
    if header.dtype.kind not in "biufc":
        raise InputError(f"The file holds values of the type {header.dtype}, not numbers.")
    check_shape(header.shape)
    stacked = is_stack(header.shape)

    def from_stream(stream: IO[bytes], index: int) -> AnyArray:
        _read_header(stream)
        return read_plane(
            stream,
            header.dtype,
            header.shape,
            axis=0 if stacked else None,
            index=index,
            fortran=header.fortran,
        )

    def read(index: int) -> AnyArray:
        with reading(kind):
            if not member:
                return from_stream(io.BytesIO(content), index)
            with _archive(content) as archive, archive.open(member) as stream:
                return from_stream(stream, index)

    slices, rows, columns = header.shape if stacked else (1, *header.shape[:2])
    return Stack(
        kind=kind,
        dataset=member.removesuffix(".npy"),
        slices=slices,
        rows=rows,
        columns=columns,
        read=read,
    )


def _read_header(stream: IO[bytes]) -> _Header:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    else:
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
    if min(shape, default=0) < 0:
        raise ValueError("an axis has a negative length")
    return _Header(shape=shape, fortran=fortran, dtype=dtype)


def _archive(content: bytes) -> zipfile.ZipFile:
    # Counted beforehand: the list of members alone could fill the memory.
    if content.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise InputError(f"The .npz file has more than {MOST_MEMBERS} arrays.")
    return zipfile.ZipFile(io.BytesIO(content))


def _chosen(archive: zipfile.ZipFile) -> tuple[str, _Header]:
    """The name and header of fastMRI's array, else of the largest that can be an image."""
    headers = {}
    for info in archive.infolist():
        if not info.filename.endswith(".npy"):
            continue
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(
                f"The array {info.filename} is packed in a way that NumPy does not use."
            )
        with archive.open(info) as stream:
            headers[info.filename] = _read_header(stream)
    if f"{PREFERRED}.npy" in headers:
        return f"{PREFERRED}.npy", headers[f"{PREFERRED}.npy"]
    images = {name: header for name, header in headers.items() if header.is_image}
    if not images:
        if len(headers) == 1:
            return next(iter(headers.items()))  # its own fault is worth more than a list
        names = ", ".join(name.removesuffix(".npy") for name in list(headers)[:12]) or "none"
        raise InputError(f"The file has no 2-D or 3-D array of numbers; its arrays are {names}.")
    return max(images.items(), key=lambda image: math.prod(image[1].shape))
