"""The shapes of lesions. Those of the training of the networks are ellipses; the others are not."""

import numpy as np
from numpy.typing import NDArray

SHAPES = ("disc", "ring", "bar", "cross", "letter", "vessel", "texture")


def shape_cover(
    shape: str, x: float, y: float, radius: float, size: int, oversampling: int
) -> NDArray[np.float64]:
    """How much of each pixel (size, size) a shape covers, 0 to 1, in halves of the image's side.

    All lie within the circle of this radius around (x, y). A pixel holds the mean over
    `oversampling`² points.
    """
    side = size * oversampling
    centres = (np.arange(side) + 0.5) * (2 / side) - 1
    u, v = (centres[None, :] - x) / radius, (-centres[:, None] - y) / radius
    within = u**2 + v**2 <= 1
    bar = (np.abs(u) <= 0.9) & (np.abs(v) <= 0.25)
    if shape == "ring":
        inside = within & (u**2 + v**2 >= 0.36)
    elif shape == "bar":
        inside = bar
    elif shape == "cross":
        inside = bar | ((np.abs(v) <= 0.9) & (np.abs(u) <= 0.25))
    elif shape == "letter":  # an F
        stem = (np.abs(u + 0.35) <= 0.2) & (np.abs(v) <= 0.8)
        arms = (u > -0.35) & (((v >= 0.45) & (u <= 0.6)) | ((np.abs(v) <= 0.18) & (u <= 0.4)))
        inside = stem | (arms & (v <= 0.8))
    elif shape == "vessel":
        inside = (np.abs(v - 0.45 * np.sin(np.pi * u)) <= 0.2) & (np.abs(u) <= 0.9)
    elif shape == "texture":
        inside = within & ((np.floor(2.5 * u) + np.floor(2.5 * v)) % 2 == 0)
    else:
        inside = within
    cover: NDArray[np.float64] = (
        inside.astype(float).reshape(size, oversampling, size, oversampling).mean((1, 3))
    )
    return cover
