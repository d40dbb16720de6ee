"""Outliers: values far from the median of their 3 x 3 neighbours are replaced by it."""

import numpy as np
from scipy.ndimage import median_filter

from core.recipes.scan import data

OUTLIERS_THRESHOLD = 8.0

middle = median_filter(data, size=3, mode="nearest")
difference = np.abs(data - middle)
around = median_filter(difference, size=9, mode="nearest")
# A median absolute deviation times 1.4826 is the standard deviation of a Gaussian
deviation = 1.4826 * np.maximum(around, np.median(difference[difference > 0]))
data = np.where(difference > OUTLIERS_THRESHOLD * deviation, middle, data)
