"""FDK, its rows filtered by ASTRA, its voxels collected by SciPy."""

import numpy as np
from scipy.ndimage import map_coordinates

from core.recipes.blocks.astra_filter import astra_filter
from core.recipes.blocks.fan_weights import fan_weights
from core.recipes.scan import (
    DETECTOR_WIDTH,
    DETECTORS,
    ORIGIN_DETECTOR,
    ROW_HEIGHT,
    ROWS,
    SIZE,
    SOURCE_ORIGIN,
    angles,
    data,
)


def cone_fdk(name: str, cutoff: float) -> np.ndarray:
    """The volume of a source on a circle, with a window on the ramp."""
    distance = SOURCE_ORIGIN + ORIGIN_DETECTOR
    u = (np.arange(DETECTORS) - (DETECTORS - 1) / 2) * DETECTOR_WIDTH
    v = (np.arange(ROWS) - (ROWS - 1) / 2) * ROW_HEIGHT
    cosines = distance / np.sqrt(distance**2 + u**2 + v[:, None] ** 2)
    weights = np.deg2rad(fan_weights(np.rad2deg(np.arctan(u / distance))))
    weighted = data * weights[:, None] * cosines
    # The detectors as they appear on the axis
    spacing = DETECTOR_WIDTH * SOURCE_ORIGIN / distance
    rows = weighted.reshape(-1, DETECTORS).astype(np.float32)
    filtered = (astra_filter(rows, name, cutoff) / (2 * spacing)).reshape(data.shape)
    z, y, x = (np.mgrid[:SIZE, :SIZE, :SIZE] - (SIZE - 1) / 2).astype(np.float32)
    volume = np.zeros_like(z)
    for angle, view in zip(angles, filtered, strict=True):
        across = x * np.cos(angle) - y * np.sin(angle)
        along = SOURCE_ORIGIN - x * np.sin(angle) - y * np.cos(angle)
        places = np.stack([z / ROW_HEIGHT, across / DETECTOR_WIDTH]) * (distance / along)
        places += np.reshape([(ROWS - 1) / 2, (DETECTORS - 1) / 2], (2, 1, 1, 1))
        # Beyond the panel there is nothing
        seen = map_coordinates(view, places, order=1, mode="grid-constant")
        volume += (SOURCE_ORIGIN / along) ** 2 * seen
    return volume
