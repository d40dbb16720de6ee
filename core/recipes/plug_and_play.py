"""Plug-and-play with PyTorch and ASTRA, from image to reconstruction."""

import numpy as np
import torch

from core.recipes.blocks.denoiser import denoised, network
from core.recipes.blocks.misfit import Misfit
from core.recipes.blocks.noise_deviation import deviation
from core.recipes.blocks.norm import L
from core.recipes.blocks.sharpened_slope import slope, steepest
from core.recipes.scan import SIZE

SOLVER = "admm"
ITERATIONS = 20
SIGMA = 0.01
FIRST_SIGMA = 0.05
RELAXATION = 0.9
STEP = 1.0
SHARPEN = True
BALANCE = 10.0


def potential(image: np.ndarray, sigma: float) -> tuple[float, np.ndarray]:
    """The potential ½‖x − D_σ(x)‖² and its gradient."""
    x = torch.from_numpy(image)[None, None].requires_grad_()
    value = 0.5 * (x - network(x, sigma)).square().sum()
    return value.item(), torch.autograd.grad(value, x)[0][0, 0].numpy()


def strength(number: int) -> float:
    """σ falls to its value over the first half of the steps."""
    return SIGMA * (FIRST_SIGMA / SIGMA) ** max(0.0, 1 - 2 * number / ITERATIONS)


def relaxed(image: np.ndarray, sigma: float) -> np.ndarray:
    """(1 − α)x + αD_σ(x)."""
    return image + np.float32(RELAXATION) * (denoised(image, sigma) - image)


misfit = Misfit(4)


def fitted(x: np.ndarray, tau: float) -> np.ndarray:
    """The prox of τ times the misfit at an image (SIZE, SIZE)."""
    return misfit.prox(x.ravel(), tau).reshape(SIZE, SIZE)


def balanced(sigma: float) -> float:
    """τ = βσ²/s² for a strength of the denoiser."""
    return min(BALANCE * (sigma / (deviation or 1.0)) ** 2, 1e6 / L)


# The reconstruction
reconstruction = np.zeros((SIZE, SIZE), np.float32)
account, tau = np.zeros_like(reconstruction), balanced(SIGMA)
weight = RELAXATION / tau
for number in range(ITERATIONS):
    sigma = strength(number)
    if SOLVER == "proximal_gradient":
        point = reconstruction - np.float32(STEP / steepest) * slope(reconstruction)
        reconstruction = relaxed(point, sigma)
    elif SOLVER == "admm":
        image = fitted(reconstruction - account, balanced(sigma))
        reconstruction = relaxed(image + account, sigma)
        account = account + image - reconstruction
    else:
        previous = reconstruction
        value, gradient = potential(previous, sigma)
        height = misfit(previous.ravel()) + weight * value
        for _ in range(20):
            reconstruction = fitted(previous - np.float32(tau * weight) * gradient, tau)
            value = potential(reconstruction, sigma)[0]
            fall = height - misfit(reconstruction.ravel()) - weight * value + 1e-6 * height
            if fall >= 0.1 / tau * float(np.sum((reconstruction - previous) ** 2)):
                break
            tau = tau / 2
