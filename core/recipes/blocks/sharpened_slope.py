"""The data as measured, or sharpened."""

import numpy as np

from core.recipes.blocks.filtered import filtered
from core.recipes.blocks.norm import L
from core.recipes.blocks.sharpening import sharpening_gain
from core.recipes.scan import G, data

SHARPEN = True

gain = sharpening_gain() if SHARPEN else np.ones(1)
steepest = 1.0 if SHARPEN else L


def slope(image: np.ndarray) -> np.ndarray:
    """The gradient of the misfit."""
    return G.H @ filtered(G @ image - data, gain**2)
