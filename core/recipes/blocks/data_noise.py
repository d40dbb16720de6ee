"""The standard deviation s of the noise, as given or estimated."""

import numpy as np

from core.recipes.blocks.noise_deviation import deviation
from core.recipes.scan import data

DATA_NOISE = 0.0

s = DATA_NOISE * float(np.abs(data).mean(dtype=float)) or deviation
