"""The priors that look at one pixel at a time."""

import numpy as np
import pylops
import pyproximal

from core.recipes.scan import G

PRIOR = "l1"
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

# The prior (split): l1, l2, huber, nonnegative, box
K, K_norm_squared = pylops.Identity(G.shape[1], dtype=np.float32), 1.0
lower, upper = -np.inf, np.inf

# The prior (split): l1
h = pyproximal.L1(sigma=SIGMA)

# The prior (split): l2
h = pyproximal.L2(sigma=SIGMA)

# The prior (split): huber
h = Huber()

# The prior (split): nonnegative, box
h = pyproximal.Box()  # nothing beside the range
lower, upper = 0.0, 1.0 if PRIOR == "box" else np.inf
