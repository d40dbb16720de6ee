"""TIFF: the pages are slices, reduced copies and masks left out. Transparency is ignored."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.picture import turned, with_pillow
from core.problem.readers.source import Source
from core.problem.readers.stack import Stack, check_count, check_shape, reading
from core.problem.readers.tiff_values import JPEGS, photometric_of, shown_values

KIND = "TIFF"
SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MOST_PAGES = 10_000
ORIENTATION = 274
COMPLEX_INTEGERS = 5

# Only inside functions: tifffile is needed by those who open such a file.


def recognises(start: bytes) -> bool:
    """Whether the content starts as TIFF or BigTIFF."""
    return start.startswith(SIGNATURES)


def open_stack(source: Source) -> Stack:
    """Look at the size of the first picture and count the pages."""
    with reading(KIND), source.open() as stream, _opened(stream) as file:
        if planes := _imagej_planes(file):
            page = file.pages[0]
            rows, columns = page.imagelength, page.imagewidth
        else:
            places = _places(file)
            page = _page(file, places[0])
            rows, columns = page.imagelength, page.imagewidth
        _check(page)
        slices = planes or len(places)

    def plane(file: Any, index: int) -> AnyArray:
        if planes:
            return _imagej_plane(file, index)
        place = places[index]
        page = _page(file, place)
        _check(page)
        return _pixels(source, page, place)

    def read(index: int) -> AnyArray:
        with reading(KIND), source.open() as stream, _opened(stream) as file:
            return plane(file, index)

    def walk() -> Iterator[AnyArray]:
        with reading(KIND), source.open() as stream, _opened(stream) as file:
            for index in range(slices):
                yield plane(file, index)

    return Stack(kind=KIND, slices=slices, rows=rows, columns=columns, read=read, walk=walk)


Place = tuple[int, int, int]
"""The number of a page, of a page inside it (-1 for itself), and of a plane in its depth."""


def _opened(stream: Any) -> Any:
    import tifffile

    return tifffile.TiffFile(stream)


def _places(file: Any) -> list[Place]:
    """Where the slices are: full pictures, else those inside reduced ones, else whatever is."""
    pages = list(_main_pages(file))
    full = [(number, -1, page) for number, page in pages if not _is_derived(page)]
    if not full:
        full = [
            (number, part, sub)
            for number, page in pages
            for part, sub in enumerate(page.pages or ())
            if not _is_derived(sub)
        ]
    if not full:
        full = [(number, -1, page) for number, page in pages]
    return [
        (number, part, plane) for number, part, page in full for plane in range(page.imagedepth)
    ][:MOST_PAGES]


def _main_pages(file: Any) -> Iterator[tuple[int, Any]]:
    for number, page in enumerate(file.pages):
        if number >= MOST_PAGES:
            raise InputError(f"The TIFF file has more than {MOST_PAGES} pages.")
        yield number, page
    handle, tiff = file.filehandle, file.tiff
    handle.seek(file.pages.next_page_offset)
    if any(handle.read(tiff.offsetsize)):
        raise ValueError("a page is said to follow, and does not")


def _is_derived(page: Any) -> bool:
    return bool(page.subfiletype & 5)  # a reduced copy, a transparency mask


def _page(file: Any, place: Place) -> Any:
    page = file.pages[place[0]]
    return page if place[1] < 0 else page.pages[place[1]]


def _check(page: Any) -> None:
    """Hold what a page needs against the limits, and refuse what is no picture."""
    samples = max(1, page.samplesperpixel)
    check_shape((page.imagelength, page.imagewidth))
    check_count(page.imagelength * page.imagewidth * page.imagedepth * samples)
    photometric_of(page)


def _pixels(source: Source, page: Any, place: Place) -> AnyArray:
    import tifffile

    number, part, plane = place
    orientation = page.tags.valueof(ORIENTATION, 1)
    # tifffile takes complex whole numbers for complex floats.
    numbers = page.dtype is not None and page.sampleformat != COMPLEX_INTEGERS
    known = page.compression in tifffile.TIFF.DECOMPRESSORS
    if page.is_subsampled and int(page.compression) not in JPEGS:
        raise InputError(
            "The TIFF file has colours at a lower resolution than brightness (chroma "
            "subsampling) without JPEG, which cannot be read here; save it as RGB."
        )
    if not numbers or not known:
        if part < 0 and page.imagedepth == 1:
            try:
                return with_pillow(source, KIND, number)
            except (InputError, MemoryError):
                raise
            except Exception:  # Pillow does not know it either
                raise InputError(_unknown(page)) from None
        raise InputError(_unknown(page))
    array = page.asarray(maxworkers=1).reshape(page.shaped)[:, plane]
    return turned(shown_values(page, np.concatenate(list(array), axis=-1)), orientation)


def _unknown(page: Any) -> str:
    """What keeps a page from being read."""
    import tifffile

    if page.compression in tifffile.TIFF.DECOMPRESSORS:
        kind = getattr(page.sampleformat, "name", page.sampleformat)
        return (
            f"The TIFF file has values of {page.bitspersample} bits of the kind {kind}, which "
            "cannot be read here; save them as 16-bit whole numbers or 32-bit floats."
        )
    name = getattr(page.compression, "name", page.compression)
    return (
        f"The TIFF file is compressed as {name}, which cannot be read here; save it with LZW or "
        "without compression."
    )


def _imagej_planes(file: Any) -> int:
    """How many slices ImageJ has put behind its only page; 0 where it has not."""
    if not file.is_imagej or len(file.pages) != 1:
        return 0
    series = file.series[0]
    page = file.pages[0]
    if series.dataoffset is None or page.samplesperpixel != 1:
        return 0
    planes = int(np.prod(series.shape)) // max(1, page.imagelength * page.imagewidth)
    return planes if planes > 1 else 0


def _imagej_plane(file: Any, index: int) -> AnyArray:
    page, handle = file.pages[0], file.filehandle
    count = page.imagelength * page.imagewidth
    dtype = page.dtype.newbyteorder(file.byteorder)
    handle.seek(file.series[0].dataoffset + index * count * dtype.itemsize)
    plane = np.frombuffer(handle.read(count * dtype.itemsize), dtype)
    return shown_values(page, plane.reshape(page.imagelength, page.imagewidth, 1))
