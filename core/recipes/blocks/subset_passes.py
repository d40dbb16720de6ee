"""Proximal gradient steps on ordered subsets of the views."""

import numpy as np

from core.recipes.forms.warm import g
from core.recipes.scan import angles, data, scanner

SUBSET = 5
RELAXATION = 1.9
ITERATIONS = 6


def subset_passes(volume: np.ndarray) -> np.ndarray:
    """The volume after all passes over the views."""
    count = -(-len(angles) // SUBSET)
    turns = np.argsort(np.argsort(np.arange(count) * (np.sqrt(5) - 1) / 2 % 1))
    subsets = [np.arange(first, len(angles), count) for first in turns]
    parts = [scanner(angles[views]) for views in subsets]
    # A bound on the square of each norm
    ones = np.ones(volume.shape, np.float32)
    steps = [np.float32(RELAXATION / (part.H @ (part @ ones)).max()) for part in parts]
    for _ in range(ITERATIONS):
        for views, part, step in zip(subsets, parts, steps, strict=True):
            gradient = part.H @ (part @ volume - data[views])
            moved = (volume - step * gradient).ravel()
            volume = g.prox(moved, float(step) / count).reshape(volume.shape).astype(np.float32)
    return volume
