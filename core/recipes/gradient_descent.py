"""Gradient descent with PyLops and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.norm import L
from core.recipes.scan import G, data

RULE = "constant"
STEP = 1.0
NONNEGATIVE = False
ITERATIONS = 50


def best_step(residual: np.ndarray, projected: np.ndarray) -> float:
    """The step that makes ‖residual + step × projected‖ least."""
    return float(-np.vdot(residual, projected) / np.vdot(projected, projected))


# The reconstruction
reconstruction = np.zeros(G.dims, np.float32)
point, t = reconstruction, 1.0
for _ in range(ITERATIONS):
    previous = reconstruction
    residual = G @ point - data
    direction = -(G.H @ residual)
    step = STEP / L
    if RULE == "line_search":
        step = best_step(residual, G @ direction)
    reconstruction = point + np.float32(step) * direction
    if NONNEGATIVE:
        reconstruction = np.maximum(reconstruction, 0)
        if RULE == "line_search":
            # Not beyond the clipped image: up to there no pixel is negative
            direction = reconstruction - point
            step = min(best_step(residual, G @ direction), 1)
            reconstruction = point + np.float32(step) * direction
    point = reconstruction
    if RULE == "nesterov":
        t, before = (1 + np.sqrt(1 + 4 * t**2)) / 2, t
        point = reconstruction + np.float32((before - 1) / t) * (reconstruction - previous)
