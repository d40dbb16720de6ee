"""The axis of rotation brought to the middle: whole detectors, and the rest as a phase."""

import numpy as np

from core.recipes.scan import data

CENTRE_OFFSET = 0.0

whole = round(-CENTRE_OFFSET)
width = data.shape[1]
reach = width + 1
padded = np.pad(data, ((0, 0), (reach, reach + (width + 1) % 2)), mode="edge")
phases = np.exp(-2j * np.pi * np.fft.rfftfreq(padded.shape[1]) * (-CENTRE_OFFSET - whole))
padded = np.fft.irfft(np.fft.rfft(padded, axis=1) * phases, padded.shape[1], axis=1)
rows = np.pad(padded[:, reach : reach + width], ((0, 0), (abs(whole), abs(whole))))
data = rows[:, abs(whole) - whole : abs(whole) - whole + width]
