"""Recipe blocks for total variation and its relatives; a script has those of its form.

A solver that takes the whole prior wants its prox, `g`, with PyProximal's inner loops (whole), or
from where the last one ended until the duality gap is small (warm). One that splits it, h(Km) with
lower ≤ m ≤ upper, wants `K`, `K_norm_squared`, `h`, `lower` and `upper` (split). What all need
comes first (all). A range of m is `g.lower`, and a weight of zero is `pyproximal.Box()`.
"""

import numpy as np
import pylops
import pyproximal

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

# The prior (warm): tv, l21_gradient, tv_anisotropic, tv_nonnegative, huber_tv
gradient = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)


class WarmGradientPrior(pyproximal.ProxOperator):
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


g = WarmGradientPrior(
    anisotropic=PRIOR == "tv_anisotropic",
    corner=0.02 if PRIOR == "huber_tv" else 0.0,
    lower=0.0 if PRIOR == "tv_nonnegative" else -np.inf,
)
