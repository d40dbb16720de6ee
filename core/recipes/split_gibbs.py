"""Split Gibbs sampling with PyTorch and ASTRA, from image to the mean of the samples."""

import numpy as np

from core.recipes.blocks.data_noise import s
from core.recipes.blocks.data_prox import fitted
from core.recipes.blocks.sampling import clean, first_image, white
from core.recipes.scan import data

SAMPLES = 16
SEED = 0
DATA_NOISE = 0.0
HALF_PRECISION = True
SWEEPS = 20
LAST_SWEEPS = 5
RATIO = 0.8


def cleaned(x: np.ndarray, rho: float, random: np.random.Generator) -> np.ndarray:
    """An image that the prior knows, of which x is a copy with noise of strength ρ."""
    sigma = rho
    while RATIO * sigma > 0.01:
        image = clean(x, sigma)
        new = np.float32(RATIO * sigma * (1 - RATIO**2) ** 0.5) * white(random)
        x = image + np.float32(RATIO**2) * (x - image) + new
        sigma *= RATIO
    return clean(x, sigma)


def sample(number: int) -> np.ndarray:
    """One sample: draws given the data and given the prior in turn, tied ever closer."""
    random = np.random.default_rng([SEED, number])
    z = first_image(random)
    for rho in [*np.geomspace(0.25, 0.02, SWEEPS), *[0.02] * LAST_SWEEPS]:
        perturbed = data + np.float32(s) * random.standard_normal(data.shape, np.float32)
        x = fitted(z + np.float32(rho) * white(random), rho, perturbed)
        z = cleaned(x, rho, random)
    return z


# The samples, and their mean
samples = np.stack([sample(number) for number in range(SAMPLES)])
reconstruction = samples.mean(axis=0, dtype=float).astype(np.float32)
