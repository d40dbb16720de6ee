"""Removal of stripes that are the same in every view, which would become rings.

Sources: B. Münch, P. Trtik, F. Marone and M. Stampanoni, Stripe and ring artifact removal with
combined wavelet-Fourier filtering, Opt. Express 17 (2009) 8567-8591, DOI 10.1364/OE.17.008567;
N. T. Vo, R. C. Atwood and M. Drakopoulos, Superior techniques for eliminating ring artifacts in
X-ray micro-tomography, Opt. Express 26 (2018) 28396-28412, DOI 10.1364/OE.26.028396.
"""

import numpy as np
import pywt
from scipy.ndimage import median_filter

from core.array_types import Float64Array, Sinogram

WAVELET = "db5"


def remove_rings(sinogram: Sinogram, *, levels: int = 4, damping: float = 1.0) -> Sinogram:
    """Return the sinogram (views, detectors) without stripes along the views, float32.

    In each of `levels` wavelet levels the details across the detectors are transformed along the
    views, and their frequencies k damped by 1 − exp(−k² / (2 `damping`²)). Fewer levels are taken
    where the sinogram is too small for them.
    """
    approximation: Float64Array = sinogram.astype(np.float64)
    details = []
    for _ in range(levels):
        if min(approximation.shape) < 2:
            break
        shape = approximation.shape
        approximation, (along, across, both) = pywt.dwt2(approximation, WAVELET, "symmetric")
        details.append((shape, along, _damped(across, damping), both))
    for shape, along, across, both in reversed(details):
        approximation = pywt.idwt2((approximation, (along, across, both)), WAVELET, "symmetric")
        approximation = approximation[: shape[0], : shape[1]]
    return approximation.astype(np.float32)


def _damped(details: Float64Array, damping: float) -> Float64Array:
    frequencies = np.fft.rfftfreq(len(details), 1 / len(details))
    kept = 1 - np.exp(-(frequencies**2) / (2 * damping**2))
    transformed = np.fft.rfft(details, axis=0) * kept[:, None]
    return np.asarray(np.fft.irfft(transformed, len(details), axis=0))


def remove_rings_by_sorting(sinogram: Sinogram, *, window: int = 5) -> Sinogram:
    """Return the sinogram (views, detectors) without stripes along the views, float32.

    Each detector's values are sorted; between neighbouring detectors the sorted values are nearly
    the same, so that a median over `window` detectors takes a detector that differs back among
    them. The values then return to their views. No parameter is a frequency, and no new rings
    appear beside strong edges (Vo et al., algorithm 3).
    """
    order = np.argsort(sinogram, axis=0, kind="stable")
    ranked = np.take_along_axis(sinogram, order, axis=0)
    smooth = median_filter(ranked, size=(1, window), mode="nearest")
    corrected = np.empty_like(smooth)
    np.put_along_axis(corrected, order, smooth, axis=0)
    return np.asarray(corrected, np.float32)
