"""SIRT's iteration with PyLops."""

import numpy as np

from core.recipes.blocks.inverse_sums import inverse_sums
from core.recipes.scan import G, data

RELAXATION = 1.0
NONNEGATIVE = False
ITERATIONS = 100


def simultaneous() -> np.ndarray:
    """The image after all iterations."""
    rays, pixels = inverse_sums(G)
    image = np.zeros(G.dims, np.float32)
    for _ in range(ITERATIONS):
        left = rays * (data - G @ image)
        image = image + np.float32(RELAXATION) * pixels * (G.H @ left)
        if NONNEGATIVE:
            image = np.maximum(image, 0)
    return image
