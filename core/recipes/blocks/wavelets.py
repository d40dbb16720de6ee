"""An orthogonal wavelet transform W of the image, padded where its size asks for it."""

import numpy as np
import pywt

from core.recipes.scan import SIZE

level = max(1, min(4, pywt.dwt_max_level(SIZE, 8)))
padding = -SIZE % 2**level


def analysis(image: np.ndarray) -> np.ndarray:
    """W of an image."""
    padded = np.pad(image.reshape(SIZE, SIZE), (0, padding))
    coefficients = pywt.wavedec2(padded, "db4", mode="periodization", level=level)
    return pywt.coeffs_to_array(coefficients)[0].ravel()


def synthesis(coefficients: np.ndarray) -> np.ndarray:
    """Wᵀ of coefficients."""
    array = coefficients.reshape(SIZE + padding, SIZE + padding)
    parts = pywt.array_to_coeffs(array, slices, output_format="wavedec2")
    return pywt.waverec2(parts, "db4", mode="periodization")[:SIZE, :SIZE].ravel()


padded = np.zeros((SIZE + padding, SIZE + padding), np.float32)
slices = pywt.coeffs_to_array(pywt.wavedec2(padded, "db4", mode="periodization", level=level))[1]
