"""FISTA with PyProximal and ASTRA, from image to reconstruction."""

import numpy as np
import pyproximal
from pyproximal.optimization.cls_primal import ProximalGradient

from core.recipes.blocks.norm import L
from core.recipes.forms.whole import g
from core.recipes.scan import G, data

PRIOR = "tv"
SIGMA = 0.01
ITERATIONS = 50
INNER_ITERATIONS = 20
INNER_RULE = "pyproximal"
RESTART = True
STEP = 0.99

# The reconstruction, one step at a time, so that the momentum can be dropped
solver = ProximalGradient()
x, y = solver.setup(
    pyproximal.L2(Op=G, b=data.ravel()),
    g,
    x0=np.zeros(G.shape[1], np.float32),
    tau=STEP / L,
    acceleration="fista",
)
for _ in range(ITERATIONS):
    x_before, y_before = x, y
    x, y = solver.step(x, y)
    x, y = x.astype(np.float32), y.astype(np.float32)
    if RESTART and np.vdot(y_before - x, x - x_before) > 0:
        solver.t, y = 1.0, x
reconstruction = x.reshape(G.dims)
