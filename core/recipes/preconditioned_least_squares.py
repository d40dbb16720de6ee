"""Preconditioned least squares with PyLops and ASTRA, from image to reconstruction."""

import numpy as np
import pylops
from pylops.optimization.leastsquares import preconditioned_inversion

from core.recipes.scan import SIZE, G, data

RADIUS = 1
ITERATIONS = 50

# P averages over squares of 2r + 1 pixels a side
side = 2 * RADIUS + 1
P = pylops.Smoothing2D((side, side), (SIZE, SIZE), dtype=np.float32)

# The reconstruction: LSQR on ½‖d − GPz‖², and m = Pz
reconstruction = preconditioned_inversion(
    G, data.ravel(), P, iter_lim=ITERATIONS, atol=1e-7, btol=1e-7
)[0].reshape(SIZE, SIZE)
