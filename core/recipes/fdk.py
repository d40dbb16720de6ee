"""FDK of a cone beam, filtered by ASTRA, from volume to reconstruction."""

import numpy as np

from core.recipes.blocks.cone_fdk import cone_fdk

FILTER = "ram-lak"
CUTOFF = 1.0
NONNEGATIVE = False

# The reconstruction
reconstruction = cone_fdk(FILTER, CUTOFF)
if NONNEGATIVE:
    reconstruction = np.maximum(reconstruction, 0)
