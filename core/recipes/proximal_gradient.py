"""Proximal gradient with PyProximal and ASTRA, from image to reconstruction."""

import numpy as np
import pyproximal
from pyproximal.optimization import primal

from core.recipes.blocks.norm import L
from core.recipes.forms.whole import g
from core.recipes.scan import G, data

PRIOR = "tv"
SIGMA = 0.01
ITERATIONS = 50
INNER_ITERATIONS = 20
INNER_RULE = "pyproximal"
STEP = 0.99

# The reconstruction
reconstruction = primal.ProximalGradient(
    pyproximal.L2(Op=G, b=data.ravel()),
    g,
    x0=np.zeros(G.shape[1], np.float32),
    tau=STEP / L,
    niter=ITERATIONS,
).reshape(G.dims)
