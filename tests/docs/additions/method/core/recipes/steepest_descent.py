"""Steepest descent with PyLops and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.scan import SIZE, G, data

ITERATIONS = 20

# The reconstruction
reconstruction = np.zeros((SIZE, SIZE), np.float32)
for _ in range(ITERATIONS):
    gradient = G.H @ (G @ reconstruction - data)
    ahead = G @ gradient
    step = np.vdot(gradient, gradient) / max(np.vdot(ahead, ahead), 1e-30)
    reconstruction = reconstruction - np.float32(step) * gradient
