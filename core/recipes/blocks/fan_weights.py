"""Opposite rays of a fan, where both are measured, share one."""

import numpy as np

from core.recipes.blocks.view_cells import view_cells
from core.recipes.scan import DETECTORS


def fan_weights(fan_angle: np.ndarray) -> np.ndarray:
    """The weight in degrees of each ray (views, DETECTORS); its angle to the central one is given.

    A mean over half-degree steps of the directions of a view.
    """
    before, after, views, of_view = view_cells(360.0)
    width = before + after
    arc = width.sum()

    def presence(turned: np.ndarray) -> np.ndarray:
        """Rise smoothly from 0 at the ends of the arc to 1 inside."""
        inside = np.clip(np.minimum(turned, arc - turned) / min(10, arc / 2), 0, 1)
        return np.sin(np.pi / 2 * inside) ** 2 if arc < 360 - 1e-3 else np.ones_like(turned)

    weights = np.empty((len(width), DETECTORS))
    for cell, begin in enumerate(np.cumsum(width) - width):
        samples = int(np.ceil(width[cell] / 0.5))
        turned = (begin + (np.arange(samples) + 0.5) / samples * width[cell])[:, None]
        own, opposite = presence(turned), presence((turned + 180 - 2 * fan_angle) % 360)
        weights[cell] = width[cell] * np.mean(own / (own + opposite), axis=0) / views[cell]
    return weights[of_view]
