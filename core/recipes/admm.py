"""ADMM in the lecture's form with PyProximal and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
import pyproximal
from pyproximal.optimization import primal

from core.recipes.blocks.unknowns import others, scan
from core.recipes.forms.split import K, h, lower, upper
from core.recipes.scan import G, data

PRIOR = "l21_gradient"
SIGMA = 0.01
ITERATIONS = 20
TAU = 0.12375
INNER_ITERATIONS = 20
FAST = False

# A constraint is one more row: the image itself
if lower > -np.inf:
    box, pixels = pyproximal.Box(lower, upper), pylops.Identity(G.shape[1], dtype=np.float32)
    if isinstance(h, pyproximal.Box):
        K, h = pixels, box
    else:
        h = pyproximal.VStack([h, box], nn=[K.shape[0], G.shape[1]])
        K = pylops.VStack([K, pixels], dtype=np.float32)

# The reconstruction
x, z = primal.ADMML2(
    h,
    scan,
    data.ravel(),
    K,
    x0=np.zeros(G.shape[1] + others, np.float32),
    tau=TAU,
    niter=ITERATIONS,
    iter_lim=INNER_ITERATIONS,
)
reconstruction = (z[-x.size :] if lower > -np.inf else x[: G.shape[1]]).reshape(G.dims)
