"""Regularised least squares with PyLops and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
from pylops.optimization.leastsquares import regularized_inversion

from core.recipes.scan import G, data

EPSILON = 3.0
REGULARISER = "laplacian"
ITERATIONS = 50

# What an image pays for
axes = range(len(G.dims))
if REGULARISER == "laplacian":
    ones = [1.0 for _ in axes]
    regularisers = [
        pylops.Laplacian(G.dims, axes, weights=ones, sampling=ones, edge=True, dtype=np.float32)
    ]
elif REGULARISER == "gradient":
    regularisers = [
        pylops.FirstDerivative(G.dims, axis=axis, kind="forward", dtype=np.float32) for axis in axes
    ]
else:
    regularisers = [pylops.Identity(G.shape[1], dtype=np.float32)]

# The reconstruction: LSQR on ½‖d − Gm‖² + ½ε²‖Rm‖²
reconstruction = regularized_inversion(
    G,
    data.ravel(),
    regularisers,
    epsRs=[EPSILON] * len(regularisers),
    iter_lim=ITERATIONS,
    atol=1e-7,
    btol=1e-7,
)[0].reshape(G.dims)
