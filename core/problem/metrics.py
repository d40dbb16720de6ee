"""How good an image is: SNR, PSNR and SSIM against the truth, and the misfit to the data."""

import numpy as np
from numpy.typing import ArrayLike

from core.array_types import Float64Array, Image

WINDOW = 7
K1, K2 = 0.01, 0.03
STRIP = 64
"""Rows at a time: what is computed from them stays in the processor's cache."""


def snr(image: ArrayLike, truth: ArrayLike) -> float:
    """Signal-to-noise ratio in dB, 20 log₁₀(‖truth‖ / ‖truth − image‖), as in PyLops.

    Infinite when the image is the truth.
    """
    reference = np.asarray(truth, dtype=np.float64)
    signal = np.mean(reference**2)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return float(10 * np.log10(signal / _mean_square_error(image, reference)))


def psnr(image: ArrayLike, truth: ArrayLike) -> float:
    """Peak signal-to-noise ratio in dB; the peak is the range of the truth, max − min.

    Infinite when the image is the truth.
    """
    reference = np.asarray(truth, dtype=np.float64)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return float(10 * np.log10(np.ptp(reference) ** 2 / _mean_square_error(image, reference)))


def ssim(image: ArrayLike, truth: ArrayLike) -> float:
    """Mean structural similarity of two images (rows, columns), each side at least 7 pixels.

    scikit-image's convention: uniform 7 × 7 window, sample covariance, K₁ = 0.01, K₂ = 0.03, the
    range of the truth, windows that reach over the border left out; in single precision, good to
    1e-5 where the values are of the size of their range. NaN for an image that blew up. Wang,
    Bovik, Sheikh & Simoncelli 2004, doi:10.1109/TIP.2003.819861.
    """
    x = np.asarray(image, dtype=np.float32)
    y = np.asarray(truth, dtype=np.float32)
    # A truth without any contrast would make the constants zero and flat windows 0/0.
    span = max(float(np.ptp(y)), 1e-12)
    rows, columns = (side - WINDOW + 1 for side in y.shape)
    total = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for top in range(0, rows, STRIP):
            strip = slice(top, top + STRIP + WINDOW - 1)
            total += float(_similarities(x[strip], y[strip], span).sum(dtype=np.float64))
    return float(total / (rows * columns))


def relative_residual(predicted: ArrayLike, data: ArrayLike) -> float:
    """How much of the data is left unexplained, ‖predicted − data‖ / ‖data‖."""
    measured = np.asarray(data, dtype=np.float64)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        misfit = np.linalg.norm(np.asarray(predicted, dtype=np.float64) - measured)
        return float(misfit / np.linalg.norm(measured))


def _mean_square_error(image: ArrayLike, reference: Float64Array) -> float:
    return float(np.mean((np.asarray(image, dtype=np.float64) - reference) ** 2))


def _similarities(x: Image, y: Image, span: float) -> Image:
    """Structural similarity in every window that lies inside these rows."""
    sums = _sum_of_seven(_sum_of_seven(np.stack((x, y, x * x + y * y, x * y)), axis=1), axis=2)
    mean_x, mean_y, mean_squares, mean_product = sums / np.float32(WINDOW**2)
    squares, product = mean_x**2 + mean_y**2, mean_x * mean_y
    sample = WINDOW**2 / (WINDOW**2 - 1)
    c1, c2 = (K1 * span) ** 2, (K2 * span) ** 2
    luminance = (2 * product + c1) / (squares + c1)
    structure = (2 * sample * (mean_product - product) + c2) / (
        sample * (mean_squares - squares) + c2
    )
    similarities: Image = luminance * structure
    return similarities


def _sum_of_seven(values: Image, *, axis: int) -> Image:
    """Sum 7 neighbours along an axis, from sums of two and four: four additions, not six."""

    def cut(array: Image, start: int, stop: int | None) -> Image:
        return array[(slice(None),) * axis + (slice(start, stop),)]

    pairs = cut(values, 0, -1) + cut(values, 1, None)
    fours = cut(pairs, 0, -2) + cut(pairs, 2, None)
    return cut(fours, 0, -3) + cut(pairs, 4, -1) + cut(values, 6, None)
