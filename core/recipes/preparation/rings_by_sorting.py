"""Rings: a median across the detectors of the sorted values (Vo et al. 2018, algorithm 3)."""

import numpy as np
from scipy.ndimage import median_filter

from core.recipes.scan import data

RINGS_WINDOW = 5

order = np.argsort(data, axis=0, kind="stable")
ranked = np.take_along_axis(data, order, axis=0)
smooth = median_filter(ranked, size=(1, RINGS_WINDOW), mode="nearest")
data = np.empty_like(smooth)
np.put_along_axis(data, order, smooth, axis=0)
