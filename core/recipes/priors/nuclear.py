"""The nuclear norm."""

import numpy as np
import pylops
import pyproximal

from core.recipes.scan import SIZE

SIGMA = 0.01

# The prior (whole, warm): nuclear
g = pyproximal.Nuclear((SIZE, SIZE), sigma=SIGMA)

# The prior (split): nuclear
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.Nuclear((SIZE, SIZE), sigma=SIGMA)
lower, upper = -np.inf, np.inf
