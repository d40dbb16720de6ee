"""A learned convex regulariser with PyTorch and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.norm import L
from core.recipes.blocks.ridges import ridge
from core.recipes.scan import SIZE, G, data

SIGMA = 100.0
ITERATIONS = 100


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
    if (found_height := objective(found)) <= height:
        reconstruction, height = found, found_height
    t, previous = (1 + np.sqrt(1 + 4 * t**2)) / 2, t
    pull, push = np.float32(previous / t), np.float32((previous - 1) / t)
    point = reconstruction + pull * (found - reconstruction) + push * (reconstruction - before)
