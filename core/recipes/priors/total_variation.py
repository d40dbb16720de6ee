"""Total variation and its relatives."""

import numpy as np
import pylops
import pyproximal

from core.recipes.blocks.gradient_prior import GradientPrior, axes, gradient
from core.recipes.scan import G

PRIOR = "tv_nonnegative"
SIGMA = 0.01
INNER_ITERATIONS = 20
INNER_RULE = "pyproximal"

# The prior (whole): tv, tv_anisotropic, tv_nonnegative, huber_tv
tolerance = 1e-4 if INNER_RULE == "pyproximal" else 0.0  # of the change that ends the loop

# The prior (whole): tv
g = pyproximal.TV(G.dims, sigma=SIGMA, niter=INNER_ITERATIONS, rtol=tolerance)
if SIGMA == 0:
    g = pyproximal.Box()  # no prior: PyProximal's TV cannot have a weight of zero

# The prior (whole): tv_anisotropic, tv_nonnegative, huber_tv


class ColdGradientPrior(GradientPrior):
    """Its prox by accelerated ascent on the dual, from zero."""

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The prox with PyProximal's momentum and stopping rule."""
        gamma, t, objective = SIGMA * tau, 1.0, 0.0
        if gamma == 0:
            return np.maximum(x, self.lower)
        dual = leading = np.zeros((axes, x.size))
        for _ in range(INNER_ITERATIONS + 1):
            image = self.image_of(leading, x, gamma)
            last = objective
            objective = np.sum((image - x) ** 2) / 2 + SIGMA * gamma * self.lengths(image)
            if objective > 1e-10 and abs(objective - last) / objective < tolerance:
                break
            before, dual_before, t = t, dual, t + 0.5
            dual = self.ascend(leading, image, gamma)
            leading = dual + (before - 1) / t * (dual - dual_before)
        return image


g = ColdGradientPrior()

# The prior (split): tv, l21_gradient, tv_nonnegative, tv_anisotropic, huber_tv
K = pylops.Gradient(G.dims, kind="forward", edge=False, dtype=np.float32)
K_norm_squared = 4.0 * len(G.dims)
lower, upper = 0.0 if PRIOR == "tv_nonnegative" else -np.inf, np.inf

# The prior (split): tv, l21_gradient, tv_nonnegative
h = pyproximal.L21(ndim=len(G.dims), sigma=SIGMA)
if SIGMA == 0:
    h = pyproximal.Box()  # no prior

# The prior (split): tv_anisotropic
h = pyproximal.L1(sigma=SIGMA)

# The prior (split): huber_tv


class Length(pyproximal.ProxOperator):
    """σ Σ h(|z|) of a field z, h Huber's function with its corner at 0.02."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at z."""
        length = np.linalg.norm(x.reshape(len(G.dims), -1), axis=0)
        short = np.minimum(length, 0.02)
        return SIGMA * float(np.sum(short**2 / 0.04 + length - short))

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Shorten every vector."""
        field = x.reshape(len(G.dims), -1)
        longest = np.maximum(np.linalg.norm(field, axis=0), 0.02 + SIGMA * tau)
        return np.ravel(field * (1 - SIGMA * tau / longest))


h = Length()

# The prior (warm): tv, l21_gradient, tv_anisotropic, tv_nonnegative, huber_tv


class WarmGradientPrior(GradientPrior):
    """Its prox by accelerated ascent on the dual, from where the last one ended."""

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


g = WarmGradientPrior()
