"""How good an image is: SNR, PSNR and SSIM against the truth, and the misfit to the data."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

WINDOW = 7
K1, K2 = 0.01, 0.03


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
    range of the truth, windows that reach over the border left out. Wang, Bovik, Sheikh &
    Simoncelli 2004, doi:10.1109/TIP.2003.819861.
    """
    x = np.asarray(image, dtype=np.float64)
    y = np.asarray(truth, dtype=np.float64)
    # A truth without any contrast would make the constants zero and flat windows 0/0.
    span = max(float(np.ptp(y)), 1e-12)
    c1, c2 = (K1 * span) ** 2, (K2 * span) ** 2
    sample = WINDOW**2 / (WINDOW**2 - 1)
    with np.errstate(over="ignore", invalid="ignore"):  # an image that blew up scores NaN
        mean_x, mean_y = _window_means(x), _window_means(y)
        squares = sample * (_window_means(x * x + y * y) - mean_x**2 - mean_y**2)
        covariance = sample * (_window_means(x * y) - mean_x * mean_y)
        luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
        structure = (2 * covariance + c2) / (squares + c2)
        return float(np.mean(luminance * structure))


def relative_residual(predicted: ArrayLike, data: ArrayLike) -> float:
    """How much of the data is left unexplained, ‖predicted − data‖ / ‖data‖."""
    measured = np.asarray(data, dtype=np.float64)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        misfit = np.linalg.norm(np.asarray(predicted, dtype=np.float64) - measured)
        return float(misfit / np.linalg.norm(measured))


def _mean_square_error(image: ArrayLike, reference: NDArray[np.float64]) -> float:
    return float(np.mean((np.asarray(image, dtype=np.float64) - reference) ** 2))


def _window_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over every 7 × 7 window that lies inside the image."""
    return _sum_of_seven_rows(_sum_of_seven_rows(values).T).T / WINDOW**2


def _sum_of_seven_rows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum rows i … i + 6 for every i, from sums of two and four: four additions, not six."""
    pairs = values[:-1] + values[1:]
    fours = pairs[:-2] + pairs[2:]
    return fours[:-3] + pairs[4:-1] + values[6:]
