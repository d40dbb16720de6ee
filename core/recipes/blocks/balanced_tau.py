"""The τ that gives the misfit and the prior equal weight."""

import numpy as np
import pyproximal

from core.recipes.blocks.norm import L
from core.recipes.blocks.ray_response import lengths
from core.recipes.scan import data

SIGMA = 0.01


def balanced_tau(prior: pyproximal.ProxOperator) -> float:
    """A third of the mean brightness over the weight, or 100/L where there is no weight."""
    brightness = abs(data.mean()) / lengths.mean()
    if isinstance(prior, pyproximal.Box) or SIGMA == 0 or brightness == 0:
        return 100 / L
    return float(np.clip(brightness / (3 * SIGMA), 1 / L, 1e6 / L))
