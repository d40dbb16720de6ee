"""How good an image is: SNR, PSNR and SSIM against the truth, and the misfit to the data."""

import numpy as np
import scipy.ndimage
from numpy.typing import ArrayLike

from core.array_types import Float64Array, Image
from core.problem.similarity import WINDOW, summed_similarity

RINGS_WINDOW = 9


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

    Of volumes (slices, rows, columns) it is the mean over their slices, with one range for all.

    scikit-image's convention: uniform 7 × 7 window, sample covariance, K₁ = 0.01, K₂ = 0.03, the
    range of the truth, windows that reach over the border left out. NaN for an image that blew up.
    Wang, Bovik, Sheikh & Simoncelli 2004, doi:10.1109/TIP.2003.819861.
    """
    x = np.ascontiguousarray(image, dtype=np.float32)
    y = np.ascontiguousarray(truth, dtype=np.float32)
    # A truth without any contrast would make the constants zero and flat windows 0/0.
    span = max(float(np.ptp(y)), 1e-12)
    rows, columns = (side - WINDOW + 1 for side in y.shape[-2:])
    slices = zip(x.reshape(-1, *x.shape[-2:]), y.reshape(-1, *y.shape[-2:]), strict=True)
    means = [summed_similarity(one, other, span) / (rows * columns) for one, other in slices]
    return float(np.mean(means))


def relative_residual(predicted: ArrayLike, data: ArrayLike) -> float:
    """How much of the data is left unexplained, ‖predicted − data‖ / ‖data‖."""
    measured = np.asarray(data, dtype=np.float64)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        misfit = np.linalg.norm(np.asarray(predicted, dtype=np.float64) - measured)
        return float(misfit / np.linalg.norm(measured))


def share_of(part: ArrayLike, whole: ArrayLike) -> float:
    """How large one array is beside another, ‖part‖ / ‖whole‖; ‖part‖ where the other is zero."""
    return float(np.linalg.norm(part) / (np.linalg.norm(whole) or 1.0))


def ring_energy(image: Image) -> float:
    """How strong the rings about the centre of an image (size, size) are, in its values.

    The means over circles of whole pixels, less their running median over 9 of them, as a root mean
    square over the area of the inscribed disc. It needs no truth; edges of the object that are
    circles about the centre count too.
    """
    size = len(image)
    offsets = np.arange(size) - (size - 1) / 2
    circle = np.hypot(offsets[:, None], offsets).astype(int)
    sums = np.bincount(circle.ravel(), np.asarray(image, np.float64).ravel())[: size // 2]
    pixels = np.bincount(circle.ravel())[: size // 2]
    means = sums / np.maximum(pixels, 1)
    rings = means - scipy.ndimage.median_filter(means, RINGS_WINDOW, mode="nearest")
    return float(np.sqrt(np.average(rings**2, weights=pixels)))


def _mean_square_error(image: ArrayLike, reference: Float64Array) -> float:
    return float(np.mean((np.asarray(image, dtype=np.float64) - reference) ** 2))
