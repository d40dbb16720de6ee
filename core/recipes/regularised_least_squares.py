"""Regularised least squares with PyLops and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
from pylops.optimization.leastsquares import regularized_inversion

from core.recipes.scan import SIZE, G, data

EPSILON = 3.0
REGULARISER = "laplacian"
ITERATIONS = 50

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

# The reconstruction: LSQR on ½‖d − Gm‖² + ½ε²‖Rm‖²
reconstruction = regularized_inversion(
    G,
    data.ravel(),
    regularisers,
    epsRs=[EPSILON] * len(regularisers),
    iter_lim=ITERATIONS,
    atol=1e-7,
    btol=1e-7,
)[0].reshape(SIZE, SIZE)
