"""Filtered back-projection of a volume with ASTRA, slice by slice."""

import numpy as np

from core.recipes.blocks.slice_fbp import slice_fbp

FILTER = "ram-lak"
CUTOFF = 1.0
NONNEGATIVE = False

# The reconstruction
reconstruction = slice_fbp(FILTER, CUTOFF)
if NONNEGATIVE:
    reconstruction = np.maximum(reconstruction, 0)
