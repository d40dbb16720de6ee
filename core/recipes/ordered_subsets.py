"""Ordered subsets from FDK, with PyProximal and Numba, from volume to reconstruction."""

import numpy as np

from core.recipes.blocks.cone_fdk import cone_fdk
from core.recipes.blocks.subset_passes import subset_passes
from core.recipes.scan import PANEL_OFFSET, G

PRIOR = "tv_nonnegative"
SIGMA = 0.5
SUBSET = 5
RELAXATION = 1.9
INNER_ITERATIONS = 5
ITERATIONS = 6

# The reconstruction; FDK knows no panel that is moved
start = np.zeros(G.dims, np.float32)
if PANEL_OFFSET == 0:
    start = np.maximum(cone_fdk("ram-lak", 1.0), 0)
reconstruction = subset_passes(start)
