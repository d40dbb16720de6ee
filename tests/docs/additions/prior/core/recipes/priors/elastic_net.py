"""The elastic net."""

import numpy as np
import pylops
import pyproximal

from core.recipes.scan import SIZE

SIGMA = 0.01

# The prior (all): elastic_net


class ElasticNet(pyproximal.ProxOperator):
    """σ(‖m‖₁ + ½‖m‖²)."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return SIGMA * float(np.abs(x).sum() + 0.5 * np.vdot(x, x))

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The soft threshold, then a division by 1 + τσ."""
        return (x - np.clip(x, -SIGMA * tau, SIGMA * tau)) / (1 + SIGMA * tau)


# The prior (whole, warm): elastic_net
g = ElasticNet()

# The prior (split): elastic_net
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = ElasticNet()
lower, upper = -np.inf, np.inf
