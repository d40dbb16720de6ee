"""SIRT with PyLops, from image to reconstruction; ASTRA's own knows no curved detector."""

import numpy as np

from core.recipes.blocks.inverse_sums import inverse_sums
from core.recipes.scan import SIZE, G, data

RELAXATION = 1.0
NONNEGATIVE = False
ITERATIONS = 100

# The reconstruction
rays, pixels = inverse_sums(G)
reconstruction = np.zeros((SIZE, SIZE), np.float32)
for _ in range(ITERATIONS):
    left = rays * (data - G @ reconstruction)
    reconstruction = reconstruction + np.float32(RELAXATION) * pixels * (G.H @ left)
    if NONNEGATIVE:
        reconstruction = np.maximum(reconstruction, 0)
