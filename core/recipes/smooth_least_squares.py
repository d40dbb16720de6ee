"""Smooth least squares with PyLops and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
from pylops.optimization.leastsquares import regularized_inversion

from core.recipes.scan import G, data

ALPHA = 0.1
BETA = 3.0
GAMMA = 3.0
ITERATIONS = 50

# Brightness, slope down (z), or along the axis of a volume, and slopes across
identity = pylops.Identity(G.shape[1], dtype=np.float32)
down, *across = [
    pylops.FirstDerivative(G.dims, axis=axis, kind="forward", dtype=np.float32)
    for axis in range(len(G.dims))
]

# The reconstruction: LSQR on ½‖d − Gm‖² + α‖m‖² + β‖∂ₓm‖² + γ‖∂_z m‖²
reconstruction = regularized_inversion(
    G,
    data.ravel(),
    [identity, down, *across],
    epsRs=[(2 * ALPHA) ** 0.5, (2 * GAMMA) ** 0.5, *[(2 * BETA) ** 0.5 for _ in across]],
    iter_lim=ITERATIONS,
    atol=1e-7,
    btol=1e-7,
)[0].reshape(G.dims)
