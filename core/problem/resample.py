"""From an array of any shape to the square image that is scanned."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def unit_range(pixels: NDArray[np.floating]) -> NDArray[np.floating]:
    """Scale to a maximum of 1; an image with negative values is first shifted to start at 0."""
    lowest = min(pixels.min(), 0.0)
    return (pixels - lowest) / (pixels.max() - lowest)


def pad_square(pixels: NDArray[np.floating]) -> NDArray[np.floating]:
    """Put the image in the middle of a square of zeros."""
    rows, columns = pixels.shape
    side = max(rows, columns)
    top, left = (side - rows) // 2, (side - columns) // 2
    return np.pad(pixels, ((top, side - rows - top), (left, side - columns - left)))


def resize(square: NDArray[np.floating], size: int) -> NDArray[np.floating]:
    """Resample a square image to `size` × `size` pixels that cover the same field.

    Linear interpolation; before making it smaller by a factor f, a Gaussian of standard
    deviation (f − 1)/2 pixels removes what the coarser grid cannot hold (the convention of
    scikit-image's `resize`).
    """
    factor = square.shape[0] / size
    if factor == 1:
        return square.copy()
    if factor > 1:
        square = ndimage.gaussian_filter(square, (factor - 1) / 2, mode="mirror")
    resized: NDArray[np.floating] = ndimage.zoom(
        square, 1 / factor, order=1, mode="mirror", grid_mode=True
    )
    return resized


def fit(pixels: NDArray[np.generic], size: int) -> NDArray[np.float32]:
    """Return the image (size, size), float32, in [0, 1] with a maximum of 1, zero-padded."""
    square = pad_square(unit_range(pixels.astype(np.float64)))
    image = np.clip(resize(square, size), 0, None)
    return (image / image.max()).astype(np.float32)
