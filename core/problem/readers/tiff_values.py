"""From the stored values of a TIFF page to brightness or colours, as its photometric kind says."""

from typing import Any

import numpy as np

from core.array_types import AnyArray
from core.errors import InputError

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, LAB = 0, 1, 2, 3, 4, 5, 6, 8
ICC_LAB, ITU_LAB = 9, 10
READABLE = (
    WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, LAB, ICC_LAB, ITU_LAB
)  # fmt: skip
PHOTOMETRIC = 262
JPEGS = (6, 7, 33003, 33005, 34892, 34712)
"""Compressions whose decoder gives red, green and blue by itself."""


def photometric_of(page: Any) -> int:
    """What the values of a page mean; raise `InputError` where that is no brightness or colour."""
    if PHOTOMETRIC not in page.tags:
        return RGB if page.samplesperpixel in (3, 4) else BLACK_IS_ZERO
    photometric = int(page.photometric)
    if photometric not in READABLE:
        name = getattr(page.photometric, "name", page.photometric)
        raise InputError(
            f"The TIFF file has values of the photometric kind {name}, which cannot be read here; "
            "save it as grey or RGB."
        )
    return photometric


def shown_values(page: Any, values: AnyArray) -> AnyArray:
    """Brightness (rows, columns) or colours (rows, columns, 3).

    values : (rows, columns, samples), as they are stored.
    """
    photometric, samples = photometric_of(page), values.shape[2]
    if photometric == WHITE_IS_ZERO:
        return np.asarray(_top(page, values) - values[..., 0])
    if photometric == PALETTE and page.colormap is not None:
        return np.moveaxis(np.asarray(page.colormap)[:, values[..., 0]], 0, -1)
    if photometric == CMYK and samples >= 4:
        light = np.asarray(_top(page, values) - values[..., :4].astype(np.float64))
        return np.asarray(light[..., :3] * light[..., 3:])
    if photometric == YCBCR and samples >= 3 and int(page.compression) not in JPEGS:
        return values[..., 0]  # its first sample is the luminance
    if photometric in (RGB, YCBCR) and samples >= 3:
        return values[..., :3]
    return values[..., 0]  # grey, or the lightness of Lab; the rest is transparency or of no name


def _top(page: Any, values: AnyArray) -> Any:
    """The value of white: the largest possible whole number, else the largest there is."""
    if values.dtype.kind in "bu":
        bits = page.bitspersample if isinstance(page.bitspersample, int) else page.bitspersample[0]
        return np.float64(2**bits - 1)
    first = values[..., 0]
    return np.float64(first.max()) if values.dtype.kind in "if" else np.abs(first).max()
