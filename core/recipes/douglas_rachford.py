"""Douglas–Rachford splitting with PyProximal and ASTRA, from image to reconstruction."""

import numpy as np
from pyproximal.optimization import primal

from core.recipes.blocks.balanced_tau import balanced_tau
from core.recipes.blocks.misfit import Misfit
from core.recipes.forms.warm import g
from core.recipes.scan import G

PRIOR = "tv"
SIGMA = 0.01
ITERATIONS = 20
BALANCE = 1.0
RELAXATION = 1.0
DATA_ITERATIONS = 4
INNER_ITERATIONS = 40

# The reconstruction; a constraint must hold in what is shown, so its prox comes first
reconstruction = primal.DouglasRachfordSplitting(
    Misfit(DATA_ITERATIONS),
    g,
    x0=np.zeros(G.shape[1], np.float32),
    tau=BALANCE * balanced_tau(g),
    eta=RELAXATION,
    niter=ITERATIONS,
    gfirst=getattr(g, "lower", -np.inf) > -np.inf,
)[0].reshape(G.dims)
