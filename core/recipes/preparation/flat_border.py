"""Flat field from the border, where nothing but air is."""

import numpy as np

from core.recipes.measured import dark
from core.recipes.scan import data

FLAT_WIDTH = 1

data = data - dark
air = np.concatenate([data[:, :FLAT_WIDTH], data[:, -FLAT_WIDTH:]], axis=1).mean(axis=1)
data = data / air[:, None]
