"""Smooth least squares with PyLops and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
from pylops.optimization.leastsquares import regularized_inversion

from core.recipes.scan import SIZE, G, data

ALPHA = 0.1
BETA = 3.0
GAMMA = 3.0
ITERATIONS = 50

# Brightness, slope across (x) and slope down (z)
identity = pylops.Identity(SIZE * SIZE, dtype=np.float32)
across = pylops.FirstDerivative((SIZE, SIZE), axis=1, kind="forward", dtype=np.float32)
down = pylops.FirstDerivative((SIZE, SIZE), axis=0, kind="forward", dtype=np.float32)

# The reconstruction: LSQR on ½‖d − Gm‖² + α‖m‖² + β‖∂ₓm‖² + γ‖∂_z m‖²
reconstruction = regularized_inversion(
    G,
    data.ravel(),
    [identity, across, down],
    epsRs=[(2 * ALPHA) ** 0.5, (2 * BETA) ** 0.5, (2 * GAMMA) ** 0.5],
    iter_lim=ITERATIONS,
    atol=1e-7,
    btol=1e-7,
)[0].reshape(SIZE, SIZE)
