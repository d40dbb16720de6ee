"""DiffPIR with PyTorch and ASTRA, from image to the mean of the samples."""

from itertools import pairwise

import numpy as np

from core.recipes.blocks.data_prox import fitted
from core.recipes.blocks.sampling import clean, first_image, white
from core.recipes.scan import data

SAMPLES = 16
SEED = 0
DATA_NOISE = 0.0
HALF_PRECISION = True
STEPS = 30
WEIGHT = 1.0
RENEWAL = 1.0


def sample(number: int) -> np.ndarray:
    """One sample: denoise, fit the data, add new noise, a little less each time."""
    random = np.random.default_rng([SEED, number])
    x = first_image(random)
    levels = [*np.geomspace(0.25, 0.01, STEPS), 0.0]
    for sigma, lower in pairwise(levels):
        x0 = fitted(clean(x, sigma), sigma / WEIGHT**0.5, data)
        old = np.float32(lower / sigma * (1 - RENEWAL) ** 0.5) * (x - x0)
        x = x0 + old + np.float32(lower * RENEWAL**0.5) * white(random)
    return x0


# The samples, and their mean
samples = np.stack([sample(number) for number in range(SAMPLES)])
reconstruction = samples.mean(axis=0, dtype=float).astype(np.float32)
