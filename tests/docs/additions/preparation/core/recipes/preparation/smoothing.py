"""A Gaussian blur along the detectors."""

from scipy.ndimage import gaussian_filter1d

from core.recipes.scan import data

SMOOTH_WIDTH = 1.0

data = gaussian_filter1d(data, SMOOTH_WIDTH, axis=1)
