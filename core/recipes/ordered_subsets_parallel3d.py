"""Ordered subsets from FBP, with PyProximal and ASTRA, from volume to reconstruction."""

import numpy as np

from core.recipes.blocks.slice_fbp import slice_fbp
from core.recipes.blocks.subset_passes import subset_passes

PRIOR = "tv_nonnegative"
SIGMA = 0.5
SUBSET = 5
RELAXATION = 1.9
INNER_ITERATIONS = 5
ITERATIONS = 6

# The reconstruction
reconstruction = subset_passes(np.maximum(slice_fbp("ram-lak", 1.0), 0))
