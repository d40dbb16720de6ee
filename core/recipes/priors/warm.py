"""Blocks for recipes that take the prox of the prior as a whole and from where it ended last.

The solver wants `g`. Inner loops are FISTA's on the dual, and end by their duality gap.
"""

import numpy as np
import pylops
import pyproximal
import pywt

SIZE = 320
PRIOR = "tv"
SIGMA = 0.01
INNER_ITERATIONS = 40

# The prior (warm): tv, l21_gradient, tv_anisotropic, tv_nonnegative, huber_tv
gradient = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)


class GradientPrior(pyproximal.ProxOperator):
    """σ Σ h(∇m) with m ≥ lower, its prox by accelerated ascent on the dual."""

    def __init__(
        self, *, anisotropic: bool = False, corner: float = 0.0, lower: float = -np.inf
    ) -> None:
        super().__init__(None, False)
        self.anisotropic, self.corner, self.lower = anisotropic, corner, lower
        self.dual = np.zeros((2, SIZE * SIZE))

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

    def gap(self, image: np.ndarray, x: np.ndarray, gamma: float) -> float:
        """The duality gap at the image of the dual variable, over the objective."""
        paired = np.vdot(self.dual, gradient.matvec(image))
        paired -= self.corner / 2 * np.vdot(self.dual, self.dual)
        value = np.sum((image - x) ** 2) / 2 + gamma * self.lengths(image)
        return float(gamma * (self.lengths(image) - paired) / value) if value > 0 else 0.0

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The prox, from where the last one ended, until the gap is 1e-6."""
        gamma, t = SIGMA * tau, 1.0
        if gamma == 0:
            return np.maximum(x, self.lower)
        leading = self.dual
        for count in range(1, INNER_ITERATIONS + 1):
            before, dual_before, t = t, self.dual, (1 + np.sqrt(1 + 4 * t**2)) / 2
            self.dual = self.ascend(leading, self.image_of(leading, x, gamma), gamma)
            leading = self.dual + (before - 1) / t * (self.dual - dual_before)
            if count % 4 == 0 or count == INNER_ITERATIONS:
                image = self.image_of(self.dual, x, gamma)
                if self.gap(image, x, gamma) <= 1e-6:
                    break
        return image.astype(np.float32)


g = GradientPrior(
    anisotropic=PRIOR == "tv_anisotropic",
    corner=0.02 if PRIOR == "huber_tv" else 0.0,
    lower=0.0 if PRIOR == "tv_nonnegative" else -np.inf,
)

# The prior (warm): wavelet_l1
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


g = WaveletL1()

# The prior (warm): l1
g = pyproximal.L1(sigma=SIGMA)

# The prior (warm): nuclear
g = pyproximal.Nuclear((SIZE, SIZE), sigma=SIGMA)

# The prior (warm): nonnegative
g = pyproximal.Box(lower=0.0)

# The prior (warm): box
g = pyproximal.Box(lower=0.0, upper=1.0)

# The prior (warm): l2
g = pyproximal.L2(sigma=SIGMA)

# The prior (warm): huber


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
