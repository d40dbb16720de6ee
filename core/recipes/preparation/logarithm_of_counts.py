"""Line integrals: -log of the counts as shares of the brightest ray."""

import numpy as np

from core.recipes.scan import data

LOG_FLOOR = 1e-4

data = -np.log(np.maximum(data / data.max(), LOG_FLOOR))
