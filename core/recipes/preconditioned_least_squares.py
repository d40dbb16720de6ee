"""Preconditioned least squares with PyLops and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
from pylops.optimization.leastsquares import preconditioned_inversion

from core.recipes.scan import G, data

RADIUS = 1
ITERATIONS = 50

# P averages over squares, or cubes, of 2r + 1 pixels a side
axes = list(range(len(G.dims)))
square = np.ones([2 * RADIUS + 1 for _ in axes], np.float32)
P = pylops.signalprocessing.ConvolveND(
    G.dims, square / square.size, offset=[RADIUS for _ in axes], axes=axes, dtype=np.float32
)

# The reconstruction: LSQR on ½‖d − GPz‖², and m = Pz
reconstruction = preconditioned_inversion(
    G, data.ravel(), P, iter_lim=ITERATIONS, atol=1e-7, btol=1e-7
)[0].reshape(G.dims)
