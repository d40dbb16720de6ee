"""Recipe blocks for the L1 norm of wavelet coefficients; a script has those of its form.

A solver that takes the whole prior wants its prox, `g`, with PyProximal's inner loops (whole), or
from where the last one ended until the duality gap is small (warm). One that splits it, h(Km) with
lower ≤ m ≤ upper, wants `K`, `K_norm_squared`, `h`, `lower` and `upper` (split). What all need
comes first (all). A range of m is `g.lower`, and a weight of zero is `pyproximal.Box()`.
"""

import numpy as np
import pylops
import pyproximal
import pywt

SIZE = 320
SIGMA = 0.01
INNER_ITERATIONS = 20

# The prior (all): wavelet_l1
level = max(1, min(4, pywt.dwt_max_level(SIZE, 8)))
padding = -SIZE % 2**level


def analysis(image: np.ndarray) -> np.ndarray:
    """W of an image."""
    padded = np.pad(image.reshape(SIZE, SIZE), (0, padding))
    coefficients = pywt.wavedec2(padded, "db4", mode="periodization", level=level)
    return pywt.coeffs_to_array(coefficients)[0].ravel()


def synthesis(coefficients: np.ndarray) -> np.ndarray:
    """Wᵀ of coefficients."""
    array = coefficients.reshape(SIZE + padding, SIZE + padding)
    parts = pywt.array_to_coeffs(array, slices, output_format="wavedec2")
    return pywt.waverec2(parts, "db4", mode="periodization")[:SIZE, :SIZE].ravel()


padded = np.zeros((SIZE + padding, SIZE + padding), np.float32)
slices = pywt.coeffs_to_array(pywt.wavedec2(padded, "db4", mode="periodization", level=level))[1]

# The prior (whole): wavelet_l1


class WaveletL1(pyproximal.ProxOperator):
    """σ‖Wm‖₁; without padding the first step is the soft threshold, and exact."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return SIGMA * float(np.abs(analysis(x)).sum())

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Projected ascent on the dual."""
        gamma, t = SIGMA * tau, 1.0
        if gamma == 0:
            return x
        dual = leading = np.zeros(padded.size)
        for _ in range(INNER_ITERATIONS if padding else 1):
            before, dual_before, t = t, dual, (1 + np.sqrt(1 + 4 * t**2)) / 2
            step = analysis(x - gamma * synthesis(leading)) / gamma
            dual = np.clip(leading + step, -1, 1)
            leading = dual + (before - 1) / t * (dual - dual_before)
        return x - gamma * synthesis(dual)


g = WaveletL1()

# The prior (split): wavelet_l1
K = pylops.FunctionOperator(analysis, synthesis, padded.size, SIZE * SIZE, dtype=np.float32)
K_norm_squared = 1.0
h = pyproximal.L1(sigma=SIGMA)
lower, upper = -np.inf, np.inf

# The prior (warm): wavelet_l1


class WarmWaveletL1(pyproximal.ProxOperator):
    """σ‖Wm‖₁; without padding the first step is the soft threshold, and exact."""

    def __init__(self) -> None:
        super().__init__(None, False)
        self.dual = np.zeros(padded.size)

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return SIGMA * float(np.abs(analysis(x)).sum())

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Projected ascent on the dual."""
        gamma, t = SIGMA * tau, 1.0
        if gamma == 0:
            return x
        dual = leading = self.dual
        for _ in range(INNER_ITERATIONS if padding else 1):
            before, dual_before, t = t, dual, (1 + np.sqrt(1 + 4 * t**2)) / 2
            step = analysis(x - gamma * synthesis(leading)) / gamma
            dual = np.clip(leading + step, -1, 1)
            leading = dual + (before - 1) / t * (dual - dual_before)
        self.dual = dual
        return x - gamma * synthesis(dual)


g = WarmWaveletL1()
