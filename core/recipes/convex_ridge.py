"""A learned convex regulariser with PyTorch and ASTRA, from image to reconstruction."""

import numpy as np
import safetensors.torch
import torch
from torch.nn import functional

from core.recipes.blocks.norm import L
from core.recipes.scan import SIZE, G, data

SIGMA = 100.0
ITERATIONS = 100
WEIGHTS = "convex_ridge.safetensors"

# Filters of zero mean with ‖W‖ ≤ 1, and the slopes of ψ′ between its knots
stored = {name: t.float() for name, t in safetensors.torch.load_file(WEIGHTS).items()}
filters = stored["raw_filters"] - stored["raw_filters"].mean((2, 3), keepdim=True)
power = torch.fft.rfft2(filters, s=(64, 64)).abs().square().sum((0, 1))
filters = filters / (1.02 * power.max()).sqrt()
slopes = torch.sigmoid(stored["raw_slopes"])
length, padding = 0.06 / slopes.shape[1], filters.shape[-1] // 2


def ridge(image):
    """R(m) and its gradient."""
    found = functional.conv2d(torch.from_numpy(image)[None, None], filters, padding=padding)
    height, rise = torch.zeros_like(found), torch.zeros_like(found)
    for knot, slope in enumerate(slopes.T):
        slope = slope.reshape(1, -1, 1, 1)
        beyond = (found.abs() - knot * length).clamp(min=0)
        inside = beyond.clamp(max=length)
        rise += slope * inside
        height += slope * (inside**2 / 2 + length * (beyond - inside))
    gradient = functional.conv_transpose2d(rise * found.sign(), filters, padding=padding)
    return float(height.sum()), gradient[0, 0].numpy()


def misfit(image):
    """½‖Gm − d‖² and its gradient."""
    residual = G @ image - data
    return 0.5 * float(np.vdot(residual, residual)), np.float32(G.H @ residual)


def objective(image):
    """J(m)."""
    return misfit(image)[0] + SIGMA * ridge(image)[0]


# The reconstruction
tau, t = np.float32(1 / (L + SIGMA)), 1.0
reconstruction = point = np.zeros((SIZE, SIZE), np.float32)
height = objective(reconstruction)
for _ in range(ITERATIONS):
    slope = misfit(point)[1] + np.float32(SIGMA) * ridge(point)[1]
    found = np.maximum(point - tau * slope, 0)
    before = reconstruction
    if objective(found) <= height:
        reconstruction, height = found, objective(found)
    t, previous = (1 + np.sqrt(1 + 4 * t**2)) / 2, t
    pull, push = np.float32(previous / t), np.float32((previous - 1) / t)
    point = reconstruction + pull * (found - reconstruction) + push * (reconstruction - before)
