"""Photographs and textures that come with scikit-image: no heads, and nothing of our own.

Some are for training only, the others for tests only: `HELD_OUT` are in no training.
"""

from functools import lru_cache

import numpy as np
import skimage.data
from skimage.color import rgb2gray

from core.array_types import Float32Array

HELD_OUT = ("grass", "gravel")
"""Textures that networks are tested with."""

FOR_TRAINING = (
    "astronaut",
    "brick",
    "camera",
    "cell",
    "chelsea",
    "coffee",
    "coins",
    "hubble_deep_field",
    "immunohistochemistry",
    "microaneurysms",
    "moon",
    "page",
    "retina",
    "rocket",
    "text",
)
"""Photographs, micrographs, print and a texture that networks may learn from."""


@lru_cache(maxsize=32)
def picture(name: str) -> Float32Array:
    """The grey values (rows, columns) of a picture, from 0 to 1."""
    pixels = getattr(skimage.data, name)()
    grey = rgb2gray(pixels[..., :3]) if pixels.ndim == 3 else pixels
    grey = np.asarray(grey, np.float32)
    span = float(grey.max() - grey.min())
    scaled: Float32Array = (grey - grey.min()) / np.float32(span)
    scaled.setflags(write=False)
    return scaled
