"""A file as named arrays that are not read yet: HDF5, NumPy, TIFF, MRC and text."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers import arrays, hdf5
from core.problem.readers.archive import ZIP, opened_archive
from core.problem.readers.source import Source
from core.problem.readers.stack import check_count, reading

KINDS = "HDF5 (NeXus, DXchange), .npz, .npy, CSV or other text, TIFF, MRC"
LONGEST_LINE = 1_000_000
"""Characters in which a text must show that it is a table."""


@dataclass(frozen=True, kw_only=True)
class Shaped:
    """What is known of an array before it is read; `unit` is what the file says, or ""."""

    shape: tuple[int, ...]
    dtype: np.dtype
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class ArrayFile:
    """The arrays of a file by their names, "" where there is only one.

    `read(name, axis, index)` gives one slice along an axis, or all of it where `axis` is None.
    """

    kind: str
    arrays: Mapping[str, Shaped]
    read: Callable[[str, int | None, int], AnyArray] = field(repr=False)


def open_arrays(content: bytes) -> ArrayFile:
    """Look into a file; raise `InputError` where it has no arrays that could be read."""
    if not content:
        raise InputError("The file is empty: it has 0 bytes.")
    if hdf5.recognises(content):
        return _hdf5(content)
    if content.startswith(arrays.NPY):
        return _npy(content)
    if content.startswith(ZIP):
        return _npz(content)
    if content.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return _tiff(content)
    if content[208:212] == b"MAP ":
        return _mrc(content)
    if (table := _text(content)) is not None:
        return _whole("text", table)
    raise InputError(
        f"The file is of an unknown type or damaged; a sinogram can be opened from {KINDS}."
    )


def _hdf5(content: bytes) -> ArrayFile:
    with reading("HDF5"), hdf5.opened(Source(content)) as file:
        shaped = {
            name: Shaped(shape=dataset.shape, dtype=dataset.dtype, unit=_unit(dataset))
            for name, dataset in hdf5.datasets(file)
            if dataset.shape is not None and hdf5.kind_of(dataset) in "biufc"
        }

    def read(name: str, axis: int | None, index: int) -> AnyArray:
        with reading("HDF5"), hdf5.opened(Source(content)) as file:
            dataset = file[name]
            hdf5.check_filters(name, dataset)
            check_count(int(np.prod(dataset.chunks or (), dtype=object)))
            where = () if axis is None else (np.s_[:],) * axis + (index,)
            return np.asarray(dataset[where])

    return ArrayFile(kind="HDF5", arrays=shaped, read=read)


def _unit(dataset: AnyArray) -> str:
    """What the attribute `units` says, in small letters."""
    unit = dataset.attrs.get("units", "")  # type: ignore[attr-defined]
    unit = unit.decode(errors="replace") if isinstance(unit, bytes) else unit
    return unit.lower()[:20] if isinstance(unit, str) else ""


def _npy(content: bytes) -> ArrayFile:
    with reading(".npy"):
        header = arrays.read_header(io.BytesIO(content))
    shaped = {"": _shaped(header.shape, header.dtype)}

    def read(name: str, axis: int | None, index: int) -> AnyArray:
        with reading(".npy"):
            return _taken(np.load(io.BytesIO(content), allow_pickle=False), axis, index)

    return ArrayFile(kind=".npy", arrays=shaped, read=read)


def _npz(content: bytes) -> ArrayFile:
    shaped = {}
    with reading(".npz"), opened_archive(Source(content)) as archive:
        for info in archive.infolist():
            if info.filename.endswith(".npy"):
                with archive.open(info) as stream:
                    header = arrays.read_header(stream)
                if header.dtype.kind in "biufc":
                    name = info.filename.removesuffix(".npy")
                    shaped[name] = _shaped(header.shape, header.dtype)

    def read(name: str, axis: int | None, index: int) -> AnyArray:
        with reading(".npz"), np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return _taken(archive[name], axis, index)

    return ArrayFile(kind=".npz", arrays=shaped, read=read)


def _tiff(content: bytes) -> ArrayFile:
    import tifffile

    with reading("TIFF"), tifffile.TiffFile(io.BytesIO(content)) as file:
        series = file.series[0]
        shape = tuple(length for length in series.shape if length != 1)
        shaped = {"": _shaped(shape, series.dtype)}

    def read(name: str, axis: int | None, index: int) -> AnyArray:
        with reading("TIFF"), tifffile.TiffFile(io.BytesIO(content)) as file:
            stack = np.asarray(file.series[0].asarray(maxworkers=1)).reshape(shape)
        return _taken(stack, axis, index)

    return ArrayFile(kind="TIFF", arrays=shaped, read=read)


def _mrc(content: bytes) -> ArrayFile:
    # The header alone: mode and lengths, little-endian as nearly all are, before anything is read.
    order = "<" if content[212:213] in (b"\x44", b"\0") else ">"
    columns, rows, sections = np.frombuffer(content[:12], f"{order}i4").tolist()
    if min(columns, rows, sections) < 1:
        raise InputError(f"The MRC file is empty: its shape is {sections}×{rows}×{columns}.")
    check_count(columns * rows * sections)
    from mrcfile.mrcinterpreter import MrcInterpreter

    with reading("MRC"):
        values = np.asarray(MrcInterpreter(iostream=io.BytesIO(content)).data)
        return _whole("MRC", np.squeeze(values))


def _text(content: bytes) -> AnyArray | None:
    """A table of numbers with commas, semicolons or spaces between them; None for no such text.

    Lines with # and a first line of words are left out.
    """
    start = content[:LONGEST_LINE]
    if b"\0" in start or not re.search(rb"\d", start):
        return None
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return None
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return None
    if not _is_row(lines[0]):
        lines = lines[1:]
        if not lines or not _is_row(lines[0]):
            return None
    check_count(len(lines) * len(_cells(lines[0])))
    separator = _separator(lines[0])
    widths = {len(_cells(line)) for line in (lines[0], lines[-1], lines[len(lines) // 2])}
    try:
        return np.loadtxt(lines, delimiter=separator, ndmin=2)
    except ValueError as error:
        ragged = f" Its rows have {min(widths)} to {max(widths)} cells." if len(widths) > 1 else ""
        raise InputError(
            f"The text is no table of numbers: {str(error)[:80].rstrip('.')}.{ragged}"
        ) from error


def _separator(line: str) -> str | None:
    return next((mark for mark in (",", ";", "\t") if mark in line.strip()), None)


def _cells(line: str) -> list[str]:
    return line.strip().split(_separator(line))


def _is_row(line: str) -> bool:
    try:
        [float(cell) for cell in _cells(line)]
    except ValueError:
        return False
    return True


def _whole(kind: str, values: AnyArray) -> ArrayFile:
    """A file with one array that has been read already."""
    return ArrayFile(
        kind=kind,
        arrays={"": _shaped(values.shape, values.dtype)},
        read=lambda name, axis, index: _taken(values, axis, index),
    )


def _shaped(shape: tuple[int, ...], dtype: np.dtype) -> Shaped:
    """Refuse an array that is too large, before it is read, or that holds no numbers."""
    check_count(int(np.prod(shape, dtype=object)))
    if dtype.kind not in "biufc":
        raise InputError(f"The file holds values of the type {dtype}, not numbers.")
    return Shaped(shape=shape, dtype=dtype)


def _taken(values: AnyArray, axis: int | None, index: int) -> AnyArray:
    return values if axis is None else np.take(values, index, axis=axis)
