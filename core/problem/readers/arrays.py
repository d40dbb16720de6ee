"""NumPy's `.npy` and `.npz`, without pickle."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.archive import ZIP, opened_archive
from core.problem.readers.choice import likeliest, no_such_array
from core.problem.readers.layout import Layout, layout_of
from core.problem.readers.source import Source
from core.problem.readers.stack import Stack, read_plane, reading, unpacked

NPY, SUFFIX = b"\x93NUMPY", ".npy"


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a `.npy` header says; the stream then stands at the first value."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def layout(self) -> Layout:
        """How the axes are read; raise `InputError` where these are no images."""
        if self.dtype.hasobject:
            raise InputError("The file holds Python objects, which are not opened for safety.")
        if self.dtype.names:
            fields = ", ".join(self.dtype.names)
            raise InputError(
                f"The array has values of a compound type with the fields {fields}; save one of "
                "them as an array of its own."
            )
        if self.dtype.kind not in "biufc":
            raise InputError(f"The file holds values of the type {self.dtype}, not numbers.")
        return layout_of(self.shape, is_complex=self.dtype.kind == "c")


def recognises(start: bytes) -> bool:
    """Whether this is a `.npy` file, or a ZIP archive of such."""
    return start.startswith(NPY) or (start.startswith(ZIP) and SUFFIX.encode() in start)


def open_stack(source: Source) -> Stack:
    """Look at the array, or at all arrays of an archive."""
    if source.start.startswith(NPY):
        with reading(".npy"), source.open() as stream:
            header = read_header(stream)
        return _stack(".npy", source, header, header.layout)
    with reading(".npz"), opened_archive(source) as archive:
        headers = _headers(archive)
        layouts = _layouts(headers)
        name = _chosen(source.dataset, headers, layouts)
    arrays = {other: layout.size for other, layout in layouts.items()}
    return _stack(".npz", source, headers[name], layouts[name], member=name, arrays=arrays)


def _stack(
    kind: str,
    source: Source,
    header: Header,
    layout: Layout,
    *,
    member: str = "",
    arrays: Mapping[str, tuple[int, int, int]] | None = None,
) -> Stack:
    def from_stream(stream: IO[bytes], index: int) -> AnyArray:
        read_header(stream)
        plane = read_plane(
            stream,
            header.dtype,
            layout.shape,
            axis=layout.slice_axis,
            index=index,
            fortran=header.fortran,
        )
        return layout.upright(plane)

    def read(index: int) -> AnyArray:
        with reading(kind):
            if not member:
                with source.open() as stream:
                    return from_stream(stream, index)
            with opened_archive(source) as archive, archive.open(member + SUFFIX) as stream:
                return from_stream(stream, index)

    def walk() -> Iterator[AnyArray]:
        with reading(kind):
            whole = source
            if member:
                with opened_archive(source) as archive, archive.open(member + SUFFIX) as stream:
                    size = archive.getinfo(member + SUFFIX).file_size
                    whole = Source(unpacked(stream, size))
            for index in range(layout.slices):
                with whole.open() as stream:
                    yield from_stream(stream, index)

    slices, rows, columns = layout.size
    return Stack(
        kind=kind,
        walk=walk,
        dataset=member,
        arrays=arrays or {},
        slices=slices,
        rows=rows,
        columns=columns,
        read=read,
    )


def read_header(stream: IO[bytes]) -> Header:
    """Read a `.npy` header, and leave the stream at the first value."""
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    else:
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(stream)
    if min(shape, default=0) < 0:
        raise ValueError("an axis has a negative length")
    return Header(shape=shape, fortran=fortran, dtype=dtype)


def _headers(archive: zipfile.ZipFile) -> dict[str, Header]:
    headers = {}
    for info in archive.infolist():
        if not info.filename.endswith(SUFFIX):
            continue
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(
                f"The array {info.filename} is packed in a way that NumPy does not use."
            )
        with archive.open(info) as stream:
            headers[info.filename.removesuffix(SUFFIX)] = read_header(stream)
    return headers


def _layouts(headers: Mapping[str, Header]) -> dict[str, Layout]:
    """The arrays that can be images."""
    layouts = {}
    for name, header in headers.items():
        try:
            layouts[name] = header.layout
        except InputError:
            continue
    return layouts


def _chosen(wanted: str, headers: Mapping[str, Header], layouts: Mapping[str, Layout]) -> str:
    if wanted and wanted not in headers:
        raise no_such_array(wanted, {name: header.shape for name, header in headers.items()})
    name = wanted or likeliest(layouts)
    if not name and len(headers) == 1:
        name = next(iter(headers))  # its own fault is worth more than a list
    if name in headers and name not in layouts:
        _ = headers[name].layout  # raises
    if not name:
        names = ", ".join(list(headers)[:12])
        arrays = f"its arrays are {names}" if names else "it has no arrays"
        raise InputError(f"The file has no 2-D or 3-D array of numbers; {arrays}.")
    return name
