"""The posterior of a Gaussian prior with SciPy and ASTRA, from image to the mean of the samples."""

import numpy as np
from scipy import linalg

from core.recipes.blocks.data_noise import s
from core.recipes.scan import SIZE, G, data

SAMPLES = 16
SEED = 0
DATA_NOISE = 0.0
DEVIATION = 0.25
LENGTH = 0.04

# The prior's power at each frequency, in cycles per side
cycles = SIZE * np.fft.fftfreq(SIZE)
power = (1 + (2 * np.pi * LENGTH) ** 2 * (cycles[:, None] ** 2 + cycles**2)) ** -2
power *= DEVIATION**2 / power.mean()


def scaled(image: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """An image with each frequency times a gain."""
    return np.fft.ifft2(gain * np.fft.fft2(image)).real


def prior_times_adjoint(sinogram: np.ndarray) -> np.ndarray:
    """The prior's covariance times the back-projection."""
    return scaled(G.H @ sinogram.astype(np.float32), power)


# C = GSGᵀ + s²I, a column for each datum
C = s**2 * np.eye(data.size)
for column, unit in enumerate(np.eye(data.size, dtype=np.float32)):
    image = prior_times_adjoint(unit.reshape(data.shape)).astype(np.float32)
    C[:, column] += (G @ image).ravel()
factor = linalg.cho_factor(C, lower=True)


def sample(number: int) -> np.ndarray:
    """One sample: a draw of the prior, corrected by what the data say."""
    random = np.random.default_rng([SEED, number])
    drawn = scaled(random.standard_normal((SIZE, SIZE), np.float32), power**0.5)
    noise = s * random.standard_normal(data.shape, np.float32)
    missing = data - G @ drawn.astype(np.float32) - noise
    weights = linalg.cho_solve(factor, missing.ravel()).reshape(data.shape)
    return drawn + prior_times_adjoint(weights)


# The samples, and their mean
samples = np.stack([sample(number) for number in range(SAMPLES)])
reconstruction = samples.mean(axis=0).astype(np.float32)
