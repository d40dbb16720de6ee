"""Annealed Langevin dynamics with PyTorch and ASTRA, from image to the mean of the samples."""

import numpy as np

from core.recipes.blocks.data_prox import fitted
from core.recipes.blocks.sampling import clean, first_image, white
from core.recipes.scan import data

SAMPLES = 16
SEED = 0
DATA_NOISE = 0.0
HALF_PRECISION = True
STEPS = 60
STEP = 0.3
MATCHED = True


def sample(number: int) -> np.ndarray:
    """One sample: steps up the probability, with noise that falls."""
    random = np.random.default_rng([SEED, number])
    x = first_image(random)
    kappa = (1 - (1 - STEP) ** 2 if MATCHED else 2 * STEP) ** 0.5
    for sigma in np.geomspace(0.25, 0.01, STEPS):
        towards = clean(x, sigma) + fitted(x, sigma, data) - 2 * x
        x = x + np.float32(STEP) * towards + np.float32(kappa * sigma) * white(random)
    return fitted(clean(x, 0.01), 0.01, data)


# The samples, and their mean
samples = np.stack([sample(number) for number in range(SAMPLES)])
reconstruction = samples.mean(axis=0, dtype=float).astype(np.float32)
