"""The noise, from differences along the detectors that leave little else."""

import math

import numpy as np

from core.recipes.scan import data

differences = np.median(np.abs(np.diff(data.astype(float), n=8, axis=1)))
deviation = differences / np.sqrt(math.comb(16, 8)) / 0.67449
deviation = max(deviation, 1e-3 * np.abs(data).mean())
