"""SART and ordered subsets with PyLops and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.batches import batches, count, parts
from core.recipes.scan import SIZE, data

BATCH = 1
ORDER = "spread"
RELAXATION = 0.5
SEED = 0
NONNEGATIVE = False
ITERATIONS = 10

# One over the sums of the rows and columns of each G, and 0 where no ray meets a pixel
ray_weights: list[np.ndarray] = []
pixel_weights: list[np.ndarray] = []
for part in parts:
    for sums, inverses in (
        (part @ np.ones((SIZE, SIZE), np.float32), ray_weights),
        (part.H @ np.ones(part.dimsd, np.float32), pixel_weights),
    ):
        met = sums > 1e-6 * sums.max()
        inverses.append(np.divide(1, sums, out=np.zeros_like(sums), where=met))

# The reconstruction: every iteration is a pass over all the views
random = np.random.Generator(np.random.PCG64(SEED))
reconstruction = np.zeros((SIZE, SIZE), np.float32)
for _ in range(ITERATIONS):
    for i in random.permutation(count) if ORDER == "shuffled" else range(count):
        left = ray_weights[i] * (data[batches[i]] - parts[i] @ reconstruction)
        reconstruction = reconstruction + np.float32(RELAXATION) * pixel_weights[i] * (
            parts[i].H @ left
        )
        if NONNEGATIVE:
            reconstruction = np.maximum(reconstruction, 0)
