"""The largest eigenvalue L of GᵀG, by power iteration."""

import numpy as np

from core.recipes.scan import SIZE, G

image = np.ones((SIZE, SIZE), np.float32)
for _ in range(50):
    image = G.H @ (G @ image)
    L = float(np.linalg.norm(image))
    image = image / L
