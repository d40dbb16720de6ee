"""The L1 norm of wavelet coefficients."""

import numpy as np
import pylops
import pyproximal

from core.recipes.blocks.wavelets import analysis, padded, padding, synthesis
from core.recipes.scan import SIZE

SIGMA = 0.01
INNER_ITERATIONS = 20

# The prior (whole, warm): wavelet_l1


class WaveletL1(pyproximal.ProxOperator):
    """σ‖Wm‖₁; without padding the first step is the soft threshold, and exact."""

    def __init__(self, *, warm: bool) -> None:
        super().__init__(None, False)
        self.warm = warm
        self.dual = np.zeros(padded.size)

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return SIGMA * float(np.abs(analysis(x)).sum())

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Projected ascent on the dual, from zero or from where the last one ended."""
        gamma, t = SIGMA * tau, 1.0
        if gamma == 0:
            return x
        dual = leading = self.dual if self.warm else np.zeros(padded.size)
        for _ in range(INNER_ITERATIONS if padding else 1):
            before, dual_before, t = t, dual, (1 + np.sqrt(1 + 4 * t**2)) / 2
            step = analysis(x - gamma * synthesis(leading)) / gamma
            dual = np.clip(leading + step, -1, 1)
            leading = dual + (before - 1) / t * (dual - dual_before)
        self.dual = dual
        return x - gamma * synthesis(dual)


# The prior (whole): wavelet_l1
g = WaveletL1(warm=False)

# The prior (split): wavelet_l1
K = pylops.FunctionOperator(analysis, synthesis, padded.size, SIZE * SIZE, dtype=np.float32)
K_norm_squared = 1.0
h = pyproximal.L1(sigma=SIGMA)
lower, upper = -np.inf, np.inf

# The prior (warm): wavelet_l1
g = WaveletL1(warm=True)
