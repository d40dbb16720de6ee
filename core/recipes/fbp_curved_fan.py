"""Filtered back-projection of a curved fan, filtered by ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.astra_filter import astra_filter
from core.recipes.blocks.fan_back_projection import fan_back_projection
from core.recipes.blocks.fan_weights import fan_weights
from core.recipes.scan import DETECTOR_WIDTH, DETECTORS, ORIGIN_DETECTOR, SOURCE_ORIGIN, data

FILTER = "ram-lak"
CUTOFF = 1.0

# The detectors as they appear on the axis, and the angles between them
spacing = DETECTOR_WIDTH * SOURCE_ORIGIN / (SOURCE_ORIGIN + ORIGIN_DETECTOR)
bend = DETECTOR_WIDTH / (SOURCE_ORIGIN + ORIGIN_DETECTOR)
fan_angle = np.clip((np.arange(DETECTORS) - (DETECTORS - 1) / 2) * bend, -1.57, 1.57)


def impulse_response(name: str, cutoff: float, length: int) -> np.ndarray:
    """The answer of ASTRA's filter to an impulse, at the lags 0, …, length − 1, unknown, −1, …."""
    lags = astra_filter(np.eye(1, length), name, cutoff)[0].astype(float)
    return np.concatenate([lags, [0.0], lags[:0:-1]])


# The filter; the answer at the largest lag follows from the ramp's at frequency 0
length = 1 << (2 * DETECTORS - 1).bit_length() >> 1
kernel = impulse_response(FILTER, CUTOFF, length)
if FILTER != "none" and (FILTER, CUTOFF) != ("ram-lak", 1.0):
    kernel[length] = impulse_response("ram-lak", 1.0, length).sum() - kernel.sum()

# For equal angles it is wider (Kak & Slaney 3.4.1), between rays that may both meet the image
lags = np.fft.fftfreq(2 * length, 1 / (2 * length)) * bend
near = np.abs(lags) < np.deg2rad(170)
kernel = np.where(near, kernel, 0) / np.sinc(np.where(near, lags, 0) / np.pi) ** 2

# The reconstruction
weighted = data * np.deg2rad(fan_weights(np.rad2deg(fan_angle))) * np.cos(fan_angle)
spectrum = np.fft.rfft(weighted, 2 * length) * np.fft.rfft(kernel)
filtered = np.fft.irfft(spectrum)[:, :DETECTORS] / (2 * spacing)
reconstruction = fan_back_projection(filtered, spacing, bend)
