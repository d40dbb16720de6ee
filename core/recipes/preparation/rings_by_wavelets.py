"""Rings: slow changes along the views taken out of the wavelet details (Muench et al. 2009)."""

import numpy as np
import pywt

from core.recipes.scan import data

RINGS_LEVELS = 3

levels = []
for _ in range(RINGS_LEVELS):
    if min(data.shape) < 2:
        break
    shape = data.shape
    data, (along, across, both) = pywt.dwt2(data, "db5", "symmetric")
    frequencies = np.fft.rfftfreq(len(across), 1 / len(across))
    spectrum = np.fft.rfft(across, axis=0) * (1 - np.exp(-(frequencies**2) / 2))[:, None]
    levels.append((shape, along, np.fft.irfft(spectrum, len(across), axis=0), both))
for shape, along, across, both in reversed(levels):
    data = pywt.idwt2((data, (along, across, both)), "db5", "symmetric")
    data = data[: shape[0], : shape[1]]
