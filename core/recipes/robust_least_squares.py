"""Robust least squares with PyLops and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
from pylops.optimization.leastsquares import regularized_inversion

from core.recipes.blocks.noise_deviation import deviation
from core.recipes.scan import SIZE, G, data

MISFIT = "huber"
THRESHOLD = 1.345
WEIGHTS = "equal"
ATTENUATION = 4.0
EPSILON = 3.0
REGULARISER = "laplacian"
ITERATIONS = 15
INNER_ITERATIONS = 10

# What an image pays for
if REGULARISER == "laplacian":
    regularisers = [pylops.Laplacian((SIZE, SIZE), edge=True, dtype=np.float32)]
elif REGULARISER == "gradient":
    regularisers = [
        pylops.FirstDerivative((SIZE, SIZE), axis=axis, kind="forward", dtype=np.float32)
        for axis in (0, 1)
    ]
else:
    regularisers = [pylops.Identity(SIZE * SIZE, dtype=np.float32)]

# How much each ray counts: all alike, or by the photons that are left of it
photons = np.ones(data.size, np.float32)
if WEIGHTS == "photons":
    photons = np.exp(-ATTENUATION / data.max() * data.ravel().astype(float))
    photons = (photons / photons.mean()).astype(np.float32)

# Where the misfit becomes a line, and its slope there
bend = THRESHOLD * deviation if MISFIT == "huber" else 0.05 * deviation
slope = bend if MISFIT == "huber" else deviation

# The reconstruction: least squares whose weights follow from the residual before
m, weights = np.zeros(SIZE * SIZE, np.float32), photons
for _ in range(ITERATIONS):
    m = regularized_inversion(
        G,
        data.ravel(),
        regularisers,
        x0=m,
        Weight=pylops.Diagonal(np.sqrt(weights), dtype=np.float32),
        epsRs=[EPSILON] * len(regularisers),
        iter_lim=INNER_ITERATIONS,
        atol=1e-7,
        btol=1e-7,
    )[0].astype(np.float32)
    residual = np.sqrt(photons) * np.abs(G @ m - data.ravel())
    if MISFIT != "squares":
        weights = photons * (slope / np.maximum(residual, bend)).astype(np.float32)
reconstruction = m.reshape(SIZE, SIZE)
