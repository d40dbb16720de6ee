"""The primal-dual hybrid gradient, balanced and preconditioned, with PyProximal and ASTRA."""

import numpy as np
import pylops
import pyproximal

from core.recipes.blocks.balanced_tau import balanced_tau
from core.recipes.blocks.filtered import filtered
from core.recipes.blocks.primal_dual import primal_dual
from core.recipes.blocks.sharpening import sharpening_gain
from core.recipes.blocks.unknowns import scan
from core.recipes.forms.split import K, K_norm_squared, h
from core.recipes.scan import data

PRIOR = "tv"
SIGMA = 0.01
ITERATIONS = 200
STEP = 0.99
RATIO = 1.0
ADAPTIVE = False
FAST = True

gain = sharpening_gain()


def sharpen(sinogram: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Filter every view of a flat sinogram."""
    return filtered(sinogram.reshape(data.shape), gain).ravel()


S = pylops.FunctionOperator(
    lambda y: sharpen(y, gain), lambda y: sharpen(y, gain), data.size, data.size, dtype=np.float32
)


class SharpenedMisfit(pyproximal.ProxOperator):
    """½‖S⁻¹z − d‖²."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at z."""
        return 0.5 * float(np.linalg.norm(sharpen(x, 1 / gain) - data.ravel()) ** 2)

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Frequency by frequency."""
        pulled = sharpen(data, 1 / gain) + x / tau
        return sharpen(pulled, tau * gain**2 / (tau + gain**2))


# Everything but the range of m in one function of Am, A = [SG; ωK] with ‖ωK‖ just below 1
omega = K_norm_squared**-0.5
A = pylops.VStack([S * scan, omega * K], dtype=np.float32)
g = pyproximal.VStack(
    [SharpenedMisfit(), h.precomposition(1 / omega, 0.0)], nn=[data.size, K.shape[0]]
)


# The reconstruction
tau = 0.05 * balanced_tau(h) * RATIO**0.5
reconstruction = primal_dual(g, A, tau, mu=STEP / 2 / tau)
