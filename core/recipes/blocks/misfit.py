"""The misfit by its prox."""

import numpy as np
import pyproximal
from scipy.sparse.linalg import LinearOperator, cg

from core.recipes.blocks.filtered import filtered
from core.recipes.blocks.ray_response import ray_weights, response
from core.recipes.scan import G, data


class Misfit(pyproximal.ProxOperator):
    """½‖Gm − d‖², its prox by preconditioned conjugate gradients among the data."""

    def __init__(self, iterations: int) -> None:
        super().__init__(None, True)
        self.iterations = iterations
        self.dual = np.zeros(data.size, np.float32)

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return 0.5 * float(np.linalg.norm(G @ x - data.ravel()) ** 2)

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The image x − τGᵀw with (I + τGGᵀ) w = Gx − d, from the last w."""
        gain = 1 / (np.mean(ray_weights**2) + tau * response)

        def sharpen(residual: np.ndarray) -> np.ndarray:
            weighted = ray_weights * residual.reshape(data.shape)
            return (ray_weights * filtered(weighted, gain)).ravel()

        def system(w: np.ndarray) -> np.ndarray:
            return w + tau * (G @ (G.H @ w.astype(np.float32)))

        square = (data.size, data.size)
        self.dual = cg(
            LinearOperator(square, system, dtype=np.float32),
            G @ x - data.ravel(),
            self.dual,
            rtol=0,
            atol=np.finfo(np.float32).tiny,
            maxiter=self.iterations,
            M=LinearOperator(square, sharpen, dtype=np.float32),
        )[0].astype(np.float32)
        return x - np.float32(tau) * (G.H @ self.dual)
