"""Landweber's iteration with PyLops and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.norm import L
from core.recipes.scan import G, data

RELAXATION = 1.9
NONNEGATIVE = False
ITERATIONS = 100

# The reconstruction
reconstruction = np.zeros(G.dims, np.float32)
for _ in range(ITERATIONS):
    reconstruction += (RELAXATION / L) * (G.H @ (data - G @ reconstruction))
    if NONNEGATIVE:
        reconstruction = np.maximum(reconstruction, 0)
