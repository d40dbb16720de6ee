"""From an array of any shape to the square image that is scanned."""

import io

import numpy as np

from core.array_types import AnyArray, Float32Array, Float64Array, FloatArray, Image

SCRIPT = """\
pixels = np.load("image.npy").astype(float)
space = max(pixels.shape) - np.array(pixels.shape)
pixels = np.pad(pixels, np.stack([space // 2, space - space // 2], axis=1))
truth = skimage.transform.resize(pixels, (SIZE, SIZE), order=1, anti_aliasing=True)
truth = (truth / truth.max()).astype(np.float32)
"""
"""The lines of a script that do what `fit` does with the pixels of `script_files`."""


def script_files(pixels: AnyArray) -> dict[str, bytes]:
    """The file that `SCRIPT` reads, with these pixels (rows, columns), none of them negative."""
    buffer = io.BytesIO()
    np.save(buffer, pixels, allow_pickle=False)
    return {"image.npy": buffer.getvalue()}


def block_means(plane: AnyArray, factor: int) -> Float64Array:
    """Average the magnitudes of `factor` × `factor` pixels of an image of any numeric type.

    Blocks at the lower and right border may be smaller. A third axis, of colours, is kept. The
    image is walked in strips, so that a large one is never held in float64.
    """
    starts = np.arange(0, plane.shape[1], factor)
    widths = np.diff([*starts, plane.shape[1]]).reshape(-1, *[1] * (plane.ndim - 2))
    rows = []
    for top in range(0, plane.shape[0], factor):
        strip = plane[top : top + factor]
        if np.iscomplexobj(strip):
            strip = np.abs(strip)
        sums = np.add.reduceat(strip.sum(axis=0, dtype=np.float64), starts, axis=0)
        rows.append(sums / (widths * len(strip)))
    return np.stack(rows)


def unit_range(pixels: FloatArray) -> FloatArray:
    """Scale to a maximum of 1; an image with negative values is first shifted to start at 0.

    A constant image becomes one of ones, or of zeros where there is nothing to scale.
    """
    peak = np.abs(pixels).max()
    if peak == 0:
        return pixels
    pixels = pixels / peak  # first, because the range of the largest numbers overflows
    pixels = pixels - min(pixels.min(), 0)
    return pixels / (pixels.max() or 1)


def pad_square(pixels: FloatArray) -> FloatArray:
    """Put the image in the middle of a square of zeros."""
    rows, columns = pixels.shape
    side = max(rows, columns)
    top, left = (side - rows) // 2, (side - columns) // 2
    return np.pad(pixels, ((top, side - rows - top), (left, side - columns - left)))


def fit(pixels: AnyArray, size: int) -> Image:
    """Return the image (size, size), float32, in [0, 1] with a maximum of 1, zero-padded.

    Linear interpolation, after a Gaussian that removes what a coarser grid cannot hold.
    """
    from skimage.transform import resize  # takes a while to load, and many commands do without

    square = pad_square(unit_range(pixels.astype(np.float64)))
    image = np.clip(resize(square, (size, size), order=1, anti_aliasing=True), 0, None)
    scaled: Float32Array = (image / image.max()).astype(np.float32)
    return scaled
