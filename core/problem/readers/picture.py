"""PNG and JPEG. Transparency is ignored."""

from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.source import Source
from core.problem.readers.stack import (
    LARGEST_VALUES,
    Stack,
    check_count,
    check_shape,
    reading,
)

SIGNATURES = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}
GREY_MODES = ("L", "I", "F", "I;16", "I;16L", "I;16B", "I;16N")
ORIENTATION = 0x0112
"""The tag of Exif that says how the camera was held."""


def recognises(start: bytes) -> bool:
    """Whether the content starts as one of these."""
    return _kind(start) != ""


def open_stack(source: Source) -> Stack:
    """Look at the size of the picture."""
    kind = _kind(source.start)
    with reading(kind), source.open() as stream, _opened(kind, stream) as image:
        columns, rows = image.size
        check_shape((rows, columns))
        check_count(rows * columns * len(image.getbands()))
        orientation = int(image.getexif().get(ORIENTATION, 1))

    def read(index: int) -> AnyArray:
        with reading(kind):
            if _is_deep_colour(source.start):
                return turned(_deep_colours(source), orientation)
            return with_pillow(source, kind)

    return Stack(kind=kind, slices=1, rows=rows, columns=columns, read=read)


def with_pillow(source: Source, kind: str, page: int = 0) -> AnyArray:
    """The picture (rows, columns), or in colour (rows, columns, 3), as Pillow reads it."""
    with source.open() as stream, _opened(kind, stream) as image:
        if page:
            image.seek(page)
        check_count(image.width * image.height * len(image.getbands()))
        upright = ImageOps.exif_transpose(image)
        if upright.mode in GREY_MODES:
            return np.asarray(upright)
        return np.asarray(upright.convert("L" if upright.mode in ("1", "LA", "La") else "RGB"))


def turned(pixels: AnyArray, orientation: int) -> AnyArray:
    """A picture as it is to be seen: Exif and TIFF count eight ways in which it may be stored."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


def _kind(start: bytes) -> str:
    return next((kind for kind, mark in SIGNATURES.items() if start.startswith(mark)), "")


def _opened(kind: str, stream: BinaryIO) -> Image.Image:
    try:
        return Image.open(stream, formats=(kind,))
    except Image.DecompressionBombError as error:
        raise InputError(
            f"The file holds more than {LARGEST_VALUES // 10**6} million values, "
            "the most that can be opened."
        ) from error


def _is_deep_colour(start: bytes) -> bool:
    """Whether this is a PNG of 16 bits with colours or transparency, which Pillow cuts to 8."""
    return start.startswith(SIGNATURES["PNG"]) and start[24] == 16 and start[25] in (2, 4, 6)


def _deep_colours(source: Source) -> AnyArray:
    from imagecodecs import png_decode

    with source.open() as stream:
        pixels = np.asarray(png_decode(stream.read()))
    return pixels[..., :3] if pixels.shape[2] > 2 else pixels[..., 0]
