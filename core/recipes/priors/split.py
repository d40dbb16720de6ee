"""Blocks for recipes that split the prior, h(Km) with lower ≤ m ≤ upper; one is in a script."""

import numpy as np
import pylops
import pyproximal
import pywt

SIZE = 320
PRIOR = "tv"
SIGMA = 0.01

# The prior (split): tv, l21_gradient, tv_nonnegative
K = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)
K_norm_squared = 8.0
h = pyproximal.L21(ndim=2, sigma=SIGMA)
lower, upper = 0.0 if PRIOR == "tv_nonnegative" else -np.inf, np.inf
if SIGMA == 0:
    h = pyproximal.Box()  # no prior

# The prior (split): tv_anisotropic
K = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)
K_norm_squared = 8.0
h = pyproximal.L1(sigma=SIGMA)
lower, upper = -np.inf, np.inf

# The prior (split): huber_tv
K = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)
K_norm_squared = 8.0
lower, upper = -np.inf, np.inf


class Length(pyproximal.ProxOperator):
    """σ Σ h(|z|) of a field z, h Huber's function with its corner at 0.02."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at z."""
        length = np.hypot(*x.reshape(2, -1))
        short = np.minimum(length, 0.02)
        return SIGMA * float(np.sum(short**2 / 0.04 + length - short))

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Shorten every vector."""
        field = x.reshape(2, -1)
        longest = np.maximum(np.hypot(*field), 0.02 + SIGMA * tau)
        return np.ravel(field * (1 - SIGMA * tau / longest))


h = Length()

# The prior (split): wavelet_l1
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


K = pylops.FunctionOperator(analysis, synthesis, padded.size, SIZE * SIZE, dtype=np.float32)
K_norm_squared = 1.0
h = pyproximal.L1(sigma=SIGMA)
lower, upper = -np.inf, np.inf

# The prior (split): l1
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.L1(sigma=SIGMA)
lower, upper = -np.inf, np.inf

# The prior (split): nuclear
K, K_norm_squared = pylops.Identity(SIZE * SIZE, dtype=np.float32), 1.0
h = pyproximal.Nuclear((SIZE, SIZE), sigma=SIGMA)
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


class Huber(pyproximal.ProxOperator):
    """σ Σ h(m) with its corner at 0.1; PyProximal's own prox jumps at the corner."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        short = np.minimum(np.abs(x), 0.1)
        return SIGMA * float(np.sum(short**2 / 0.2 + np.abs(x) - short))

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Divide small values, shift large ones."""
        return x * (1 - SIGMA * tau / np.maximum(np.abs(x), 0.1 + SIGMA * tau))


h = Huber()
