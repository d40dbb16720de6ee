"""ADMM split at the image, preconditioned, with PyProximal and ASTRA."""

import numpy as np
from pyproximal.optimization import primal

from core.recipes.blocks.balanced_tau import balanced_tau
from core.recipes.blocks.misfit import Misfit
from core.recipes.forms.warm import g
from core.recipes.scan import G

PRIOR = "l21_gradient"
SIGMA = 0.01
ITERATIONS = 20
TAU = 0.12375
INNER_ITERATIONS = 20
FAST = True

# The reconstruction; a constraint holds in z
x, z = primal.ADMM(
    Misfit(4),
    g,
    x0=np.zeros(G.shape[1], np.float32),
    tau=balanced_tau(g),
    niter=ITERATIONS,
)
constrained = getattr(g, "lower", -np.inf) > -np.inf
reconstruction = (z if constrained else x).reshape(G.dims)
