"""The primal-dual hybrid gradient itself."""

import numpy as np
import pylops
import pyproximal
from pyproximal.optimization import primaldual

from core.recipes.forms.split import lower, upper
from core.recipes.scan import G

ITERATIONS = 200
ADAPTIVE = False


def primal_dual(
    g: pyproximal.ProxOperator, A: pylops.LinearOperator, tau: float, mu: float
) -> np.ndarray:
    """The image after all iterations, with fixed or adaptive steps."""
    x0 = np.zeros(A.shape[1], np.float32)
    setting = {"x0": x0, "tau": tau, "mu": mu, "niter": ITERATIONS}
    if ADAPTIVE:
        x = primaldual.AdaptivePrimalDual(pyproximal.Box(lower, upper), g, A, **setting)[0]
    else:
        x = primaldual.PrimalDual(pyproximal.Box(lower, upper), g, A, **setting)
    return x[: G.shape[1]].reshape(G.dims)
