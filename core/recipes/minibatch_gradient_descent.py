"""Mini-batch gradient descent with PyLops and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.batches import batches, count, parts
from core.recipes.blocks.power_iteration import largest_eigenvalue
from core.recipes.scan import G, data

BATCH = 4
ORDER = "shuffled"
RATE = 1.0
DECAY = 0.0
SEED = 0
NONNEGATIVE = False
ITERATIONS = 20

# A rate of 1/L is safe for every batch
L = max(largest_eigenvalue(part) for part in parts)

# The reconstruction: every iteration is a pass over all the views
random = np.random.Generator(np.random.PCG64(SEED))
reconstruction = np.zeros(G.dims, np.float32)
for number in range(ITERATIONS):
    rate = RATE / (1 + DECAY * number) / L
    for i in random.permutation(count) if ORDER == "shuffled" else range(count):
        gradient = parts[i].H @ (parts[i] @ reconstruction - data[batches[i]])
        reconstruction = reconstruction - np.float32(rate) * gradient
        if NONNEGATIVE:
            reconstruction = np.maximum(reconstruction, 0)
