"""Linearised ADMM with PyProximal and ASTRA, from image to reconstruction."""

import numpy as np
import pyproximal
from pyproximal.optimization import primal

from core.recipes.blocks.stacked import A, g, norm_squared
from core.recipes.forms.split import lower, upper
from core.recipes.scan import G

PRIOR = "tv"
SIGMA = 0.01
ITERATIONS = 200
TAU = 1.0
STEP = 0.99

# The reconstruction
tau = TAU * norm_squared**0.5
m, z = primal.LinearizedADMM(
    pyproximal.Box(lower, upper),
    g,
    A,
    x0=np.zeros(A.shape[1], np.float32),
    tau=tau,
    mu=STEP * tau / norm_squared,
    niter=ITERATIONS,
)
reconstruction = m[: G.shape[1]].reshape(G.dims)
