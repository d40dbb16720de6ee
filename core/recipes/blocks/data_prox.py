"""The prox of the data, by preconditioned conjugate gradients among the data."""

import numpy as np

from core.recipes.blocks.data_noise import s
from core.recipes.blocks.filtered import filtered
from core.recipes.blocks.norm import L
from core.recipes.blocks.ray_response import ray_weights, response
from core.recipes.scan import G


def fitted(v: np.ndarray, rho: float, measured: np.ndarray) -> np.ndarray:
    """The image x with the least ‖Gx − d‖²/s² + ‖x − v‖²/ρ², after 12 iterations."""
    tau = np.float32(min((rho / s) ** 2, 1e6 / L))
    gain = 1 / (np.mean(ray_weights**2) + tau * response)
    residual, back = (G @ v - measured).astype(np.float32), np.zeros_like(v)
    direction = sharp = ray_weights * filtered(ray_weights * residual, gain)
    power = float(np.vdot(residual, sharp))
    for _ in range(12):
        if power <= 0:
            break
        behind = G.H @ direction.astype(np.float32)
        image_of = direction + tau * (G @ behind)
        length = np.float32(power / float(np.vdot(direction, image_of)))
        back, residual = back + length * behind, residual - length * image_of
        sharp = ray_weights * filtered(ray_weights * residual, gain)
        power, before = float(np.vdot(residual, sharp)), power
        direction = sharp + np.float32(power / before) * direction
    return v - tau * back
