"""The views are dealt into batches, each with its own G."""

import numpy as np

from core.recipes.scan import angles, scanner

BATCH = 4
ORDER = "shuffled"
SEED = 0

count = -(-len(angles) // BATCH)
random = np.random.Generator(np.random.PCG64(SEED))
if ORDER == "spread":
    turns = np.argsort(np.argsort(np.arange(count) * (np.sqrt(5) - 1) / 2 % 1))
    batches = [np.arange(first, len(angles), count) for first in turns]
elif ORDER == "shuffled":
    batches = [np.sort(batch) for batch in np.array_split(random.permutation(len(angles)), count)]
else:
    batches = np.array_split(np.arange(len(angles)), count)
parts = [scanner(angles[views]) for views in batches]
