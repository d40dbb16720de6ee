"""SART and ordered subsets with PyLops and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.batches import batches, count, parts
from core.recipes.blocks.inverse_sums import inverse_sums
from core.recipes.scan import G, data

BATCH = 1
ORDER = "spread"
RELAXATION = 0.5
SEED = 0
NONNEGATIVE = False
ITERATIONS = 10

weights = [inverse_sums(part) for part in parts]

# The reconstruction: every iteration is a pass over all the views
random = np.random.Generator(np.random.PCG64(SEED))
reconstruction = np.zeros(G.dims, np.float32)
for _ in range(ITERATIONS):
    for i in random.permutation(count) if ORDER == "shuffled" else range(count):
        rays, pixels = weights[i]
        left = rays * (data[batches[i]] - parts[i] @ reconstruction)
        reconstruction = reconstruction + np.float32(RELAXATION) * pixels * (parts[i].H @ left)
        if NONNEGATIVE:
            reconstruction = np.maximum(reconstruction, 0)
