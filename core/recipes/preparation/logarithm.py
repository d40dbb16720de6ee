"""Line integrals: -log of the share of the beam that passes."""

import numpy as np

from core.recipes.scan import data

LOG_FLOOR = 1e-4

data = -np.log(np.maximum(data, LOG_FLOOR))
