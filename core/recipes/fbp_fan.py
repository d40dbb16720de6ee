"""Filtered back-projection of a fan beam, filtered by ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.astra_filter import astra_filter
from core.recipes.blocks.fan_back_projection import fan_back_projection
from core.recipes.blocks.fan_weights import fan_weights
from core.recipes.scan import DETECTOR_WIDTH, DETECTORS, ORIGIN_DETECTOR, SOURCE_ORIGIN, data

FILTER = "ram-lak"
CUTOFF = 1.0

# The detectors as they appear on the axis
spacing = DETECTOR_WIDTH * SOURCE_ORIGIN / (SOURCE_ORIGIN + ORIGIN_DETECTOR)
u = (np.arange(DETECTORS) - (DETECTORS - 1) / 2) * spacing
fan_angle = np.arctan(u / SOURCE_ORIGIN)

# The reconstruction; oblique rays are longer (Kak & Slaney 3.4.2)
weighted = data * np.deg2rad(fan_weights(np.rad2deg(fan_angle))) * np.cos(fan_angle)
filtered = astra_filter(weighted, FILTER, CUTOFF) / (2 * spacing)
reconstruction = fan_back_projection(filtered, spacing)
