"""Total variation and its relatives as a function with a dual problem."""

import numpy as np
import pylops
import pyproximal

from core.recipes.scan import G

PRIOR = "tv"
SIGMA = 0.01

gradient = pylops.Gradient(G.dims, kind="forward", edge=False, dtype=np.float32)
axes = len(G.dims)


class GradientPrior(pyproximal.ProxOperator):
    """σ Σ h(∇m) with m ≥ lower."""

    def __init__(self) -> None:
        super().__init__(None, False)
        self.anisotropic = PRIOR == "tv_anisotropic"
        self.corner = 0.02 if PRIOR == "huber_tv" else 0.0
        self.lower = 0.0 if PRIOR == "tv_nonnegative" else -np.inf
        self.dual = np.zeros((axes, G.shape[1]))

    def lengths(self, x: np.ndarray) -> float:
        """Σ h(∇x)."""
        field = gradient.matvec(x).reshape(axes, -1)
        if self.anisotropic:
            return float(np.abs(field).sum())
        length = np.linalg.norm(field, axis=0)
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
        dual = dual + gradient.matvec(image).reshape(axes, -1) / (4 * axes * gamma)
        dual = dual / (1 + self.corner / (4 * axes * gamma))
        length = np.abs(dual) if self.anisotropic else np.linalg.norm(dual, axis=0)
        return dual / np.maximum(length, 1)
