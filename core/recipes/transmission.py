"""The transmission model with PyLops, ASTRA and SciPy, from image to reconstruction."""

import numpy as np
import scipy.optimize

from core.recipes.scan import SIZE, G, data

LIKELIHOOD = "poisson"
PHOTONS = 10000.0
ATTENUATION = 4.0
NONNEGATIVE = False
ITERATIONS = 30

# The photons that were counted, I = I₀ exp(−s d), in units of I₀
s = ATTENUATION / data.max()
counts = np.exp(-s * data.astype(float))


def misfit(m: np.ndarray) -> tuple[float, np.ndarray]:
    """The misfit of the counts and its gradient; I₀ scales both and is left out."""
    expected = np.exp(-s * (G @ m.reshape(SIZE, SIZE).astype(np.float32)).astype(float))
    if LIKELIHOOD == "poisson":
        value = np.sum(expected - counts + counts * np.log(counts / expected))
        slope = s * (counts - expected)
    else:
        value = 0.5 * np.sum((counts - expected) ** 2)
        slope = s * expected * (counts - expected)
    return value, (G.H @ slope.astype(np.float32)).astype(float).ravel()


# The reconstruction
bounds = scipy.optimize.Bounds(0, np.inf) if NONNEGATIVE else None
options = {"maxiter": ITERATIONS, "maxfun": 20 * ITERATIONS, "maxcor": 10, "ftol": 0, "gtol": 0}
reconstruction = scipy.optimize.minimize(
    misfit, np.zeros(SIZE * SIZE), jac=True, method="L-BFGS-B", bounds=bounds, options=options
).x.reshape(SIZE, SIZE)
value = misfit(reconstruction)[0] * PHOTONS ** (1 if LIKELIHOOD == "poisson" else 2)
print(f"Objective {value:.5g} at {PHOTONS:g} photons per ray")
