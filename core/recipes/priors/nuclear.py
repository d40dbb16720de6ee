"""Recipe blocks for the nuclear norm; a script has those of its form.

A solver that takes the whole prior wants its prox, `g`, with PyProximal's inner loops (whole), or
from where the last one ended until the duality gap is small (warm). One that splits it, h(Km) with
lower ≤ m ≤ upper, wants `K`, `K_norm_squared`, `h`, `lower` and `upper` (split). What all need
comes first (all). A range of m is `g.lower`, and a weight of zero is `pyproximal.Box()`.
"""

import numpy as np
import pylops
import pyproximal

SIZE = 320
SIGMA = 0.01

# The prior (whole, warm): nuclear
g = pyproximal.Nuclear((SIZE, SIZE), sigma=SIGMA)

# The prior (split): nuclear
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.Nuclear((SIZE, SIZE), sigma=SIGMA)
lower, upper = -np.inf, np.inf
