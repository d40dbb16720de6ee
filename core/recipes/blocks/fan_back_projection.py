"""Each pixel collects the filtered views where its rays meet the detectors."""

import numpy as np

from core.recipes.scan import DETECTORS, SIZE, SOURCE_ORIGIN, angles


def fan_back_projection(filtered: np.ndarray, spacing: float, bend: float = 0.0) -> np.ndarray:
    """The image, from detectors `spacing` apart on the axis, or at equal angles of `bend`."""
    y, x = (SIZE - 1) / 2 - np.mgrid[:SIZE, :SIZE]
    x = -x
    image = np.zeros((SIZE, SIZE))
    for angle, measured in zip(angles, filtered, strict=True):
        across = x * np.cos(angle) + y * np.sin(angle)
        along = SOURCE_ORIGIN - x * np.sin(angle) + y * np.cos(angle)
        closeness = SOURCE_ORIGIN / (np.hypot(across, along) if bend else along)
        place = np.arctan2(across, along) / bend if bend else closeness * across / spacing
        padded = np.pad(measured, 1)  # beyond the detectors there is nothing
        detectors = np.arange(DETECTORS + 2) - (DETECTORS + 1) / 2
        image += closeness**2 * np.interp(place, detectors, padded)
    return image
