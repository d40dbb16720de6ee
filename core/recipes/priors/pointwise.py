"""Recipe blocks for the priors that look at one pixel at a time; a script has those of its form.

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

# The prior (all): huber


class Huber(pyproximal.ProxOperator):
    """σ Σ h(m) with its corner at 0.1; PyProximal's own prox jumps at the corner."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        short = np.minimum(np.abs(x), 0.1)
        return SIGMA * float(np.sum(short**2 / 0.2 + np.abs(x) - short))

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Divide small values, shift large ones."""
        return x * (1 - SIGMA * tau / np.maximum(np.abs(x), 0.1 + SIGMA * tau))


# The prior (whole, warm): l1
g = pyproximal.L1(sigma=SIGMA)

# The prior (whole, warm): nonnegative
g = pyproximal.Box(lower=0.0)

# The prior (whole, warm): box
g = pyproximal.Box(lower=0.0, upper=1.0)

# The prior (whole, warm): l2
g = pyproximal.L2(sigma=SIGMA)

# The prior (whole, warm): huber
g = Huber()

# The prior (split): l1
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.L1(sigma=SIGMA)
lower, upper = -np.inf, np.inf

# The prior (split): nonnegative
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.Box()  # nothing beside the range
lower, upper = 0.0, np.inf

# The prior (split): box
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.Box()  # nothing beside the range
lower, upper = 0.0, 1.0

# The prior (split): l2
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.L2(sigma=SIGMA)
lower, upper = -np.inf, np.inf

# The prior (split): huber
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
lower, upper = -np.inf, np.inf
h = Huber()
