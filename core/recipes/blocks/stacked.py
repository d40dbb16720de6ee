"""Everything but the range of m in one function of Am."""

import numpy as np
import pylops
import pyproximal

from core.recipes.blocks.norm import L
from core.recipes.blocks.unknowns import scan
from core.recipes.forms.split import K, K_norm_squared, h
from core.recipes.scan import data

A = pylops.VStack([scan, K], dtype=np.float32)
g = pyproximal.VStack([pyproximal.L2(b=data.ravel()), h], nn=[data.size, K.shape[0]])
norm_squared = L + K_norm_squared
