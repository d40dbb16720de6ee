"""Ordered subsets from zero, with PyProximal and Numba, from volume to reconstruction."""

import numpy as np

from core.recipes.blocks.subset_passes import subset_passes
from core.recipes.scan import G

PRIOR = "tv_nonnegative"
SIGMA = 0.5
SUBSET = 5
RELAXATION = 1.9
INNER_ITERATIONS = 5
ITERATIONS = 6

# The reconstruction
reconstruction = subset_passes(np.zeros(G.dims, np.float32))
