"""Blocks for recipes that take the prox of the prior as a whole; one of them is in a script.

The solver wants `g`. Inner loops are PyProximal's.
"""

import numpy as np
import pylops
import pyproximal
import pywt

SIZE = 320
PRIOR = "tv_nonnegative"
SIGMA = 0.01
INNER_ITERATIONS = 20
INNER_RULE = "pyproximal"

# The prior (whole): tv
TOLERANCE = 1e-4 if INNER_RULE == "pyproximal" else 0.0  # of the change that ends the loop
g = pyproximal.TV((SIZE, SIZE), sigma=SIGMA, niter=INNER_ITERATIONS, rtol=TOLERANCE)
if SIGMA == 0:
    g = pyproximal.Box()  # no prior: PyProximal's TV cannot have a weight of zero

# The prior (whole): tv_anisotropic, tv_nonnegative, huber_tv
gradient = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)
TOLERANCE = 1e-4 if INNER_RULE == "pyproximal" else 0.0  # of the change that ends the loop


class GradientPrior(pyproximal.ProxOperator):
    """σ Σ h(∇m) with m ≥ lower, its prox by accelerated ascent on the dual."""

    def __init__(
        self, *, anisotropic: bool = False, corner: float = 0.0, lower: float = -np.inf
    ) -> None:
        super().__init__(None, False)
        self.anisotropic, self.corner, self.lower = anisotropic, corner, lower

    def lengths(self, x: np.ndarray) -> float:
        """Σ h(∇x)."""
        field = gradient.matvec(x).reshape(2, -1)
        if self.anisotropic:
            return float(np.abs(field).sum())
        length = np.hypot(*field)
        short = np.minimum(length, self.corner)
        square = short**2 / (2 * self.corner) if self.corner else 0.0
        return float(np.sum(length - short + square))

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return SIGMA * self.lengths(x)

    def image_of(self, dual: np.ndarray, x: np.ndarray, gamma: float) -> np.ndarray:
        """The image that belongs to a dual variable."""
        return np.maximum(x - gamma * gradient.rmatvec(dual.ravel()), self.lower)

    def ascend(self, dual: np.ndarray, image: np.ndarray, gamma: float) -> np.ndarray:
        """One projected step of the dual variable."""
        dual = dual + gradient.matvec(image).reshape(2, -1) / (8 * gamma)
        dual = dual / (1 + self.corner / (8 * gamma))
        length = np.abs(dual) if self.anisotropic else np.hypot(*dual)
        return dual / np.maximum(length, 1)

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The prox with PyProximal's momentum and stopping rule."""
        gamma, t, objective = SIGMA * tau, 1.0, 0.0
        if gamma == 0:
            return np.maximum(x, self.lower)
        dual = leading = np.zeros((2, x.size))
        for _ in range(INNER_ITERATIONS + 1):
            image = self.image_of(leading, x, gamma)
            last = objective
            objective = np.sum((image - x) ** 2) / 2 + SIGMA * gamma * self.lengths(image)
            if objective > 1e-10 and abs(objective - last) / objective < TOLERANCE:
                break
            before, dual_before, t = t, dual, t + 0.5
            dual = self.ascend(leading, image, gamma)
            leading = dual + (before - 1) / t * (dual - dual_before)
        return image


g = GradientPrior(
    anisotropic=PRIOR == "tv_anisotropic",
    corner=0.02 if PRIOR == "huber_tv" else 0.0,
    lower=0.0 if PRIOR == "tv_nonnegative" else -np.inf,
)

# The prior (whole): wavelet_l1
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

# The prior (whole): l1
g = pyproximal.L1(sigma=SIGMA)

# The prior (whole): nuclear
g = pyproximal.Nuclear((SIZE, SIZE), sigma=SIGMA)

# The prior (whole): nonnegative
g = pyproximal.Box(lower=0.0)

# The prior (whole): box
g = pyproximal.Box(lower=0.0, upper=1.0)

# The prior (whole): l2
g = pyproximal.L2(sigma=SIGMA)

# The prior (whole): huber


class Huber(pyproximal.ProxOperator):
    """σ Σ h(m) with its corner at 0.1; PyProximal's own prox jumps at the corner."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        short = np.minimum(np.abs(x), 0.1)
        return SIGMA * float(np.sum(short**2 / 0.2 + np.abs(x) - short))

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Divide small values, shift large ones."""
        return x * (1 - SIGMA * tau / np.maximum(np.abs(x), 0.1 + SIGMA * tau))


g = Huber()
