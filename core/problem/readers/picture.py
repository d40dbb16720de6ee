"""PNG, JPEG and TIFF; the pages of a TIFF are slices. Transparency is ignored."""

import io

import numpy as np
from PIL import Image, ImageOps

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.stack import (
    LARGEST_VALUES,
    Stack,
    check_count,
    check_shape,
    reading,
)

SIGNATURES = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
}
MOST_PAGES = 10_000
GREY_MODES = ("L", "I", "F", "I;16", "I;16L", "I;16B", "I;16N")


def recognises(content: bytes) -> bool:
    """Whether the content starts as one of these."""
    return _kind(content) != ""


def open_stack(content: bytes) -> Stack:
    """Look at the size of the picture and count the pages."""
    kind = _kind(content)
    with reading(kind), _opened(kind, content) as image:
        columns, rows = image.size
        pages = _pages(image) if kind == "TIFF" else 1
        check_shape((pages, rows, columns))
        check_count(pages * rows * columns * len(image.getbands()))

    def read(index: int) -> AnyArray:
        with reading(kind), _opened(kind, content) as image:
            if index:
                image.seek(index)
            check_count(image.width * image.height * len(image.getbands()))
            return _pixels(ImageOps.exif_transpose(image))

    return Stack(kind=kind, slices=pages, rows=rows, columns=columns, read=read)


def _kind(content: bytes) -> str:
    return next((kind for kind, starts in SIGNATURES.items() if content.startswith(starts)), "")


def _opened(kind: str, content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=(kind,))
    except Image.DecompressionBombError as error:
        raise InputError(
            f"The file holds more than {LARGEST_VALUES // 10**6} million values, "
            "the most that can be opened."
        ) from error


def _pages(image: Image.Image) -> int:
    """Count the pages one by one: their number is written nowhere in the file."""
    for page in range(1, MOST_PAGES + 1):
        try:
            image.seek(page)
        except EOFError:
            image.seek(0)
            return page
    raise InputError(f"The TIFF file has more than {MOST_PAGES} pages.")


def _pixels(image: Image.Image) -> AnyArray:
    """The picture as (rows, columns), or in colour as (rows, columns, 3)."""
    if image.mode in GREY_MODES:
        return np.asarray(image)
    if image.mode in ("1", "LA", "La"):
        return np.asarray(image.convert("L"))
    return np.asarray(image.convert("RGB"))
