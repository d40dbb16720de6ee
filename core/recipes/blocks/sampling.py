"""What samplers share: the denoiser in half precision, and where a sample starts."""

import numpy as np
import torch

from core.recipes.blocks.data_prox import fitted
from core.recipes.blocks.denoiser import denoised
from core.recipes.blocks.half_precision import half
from core.recipes.scan import SIZE, data


def clean(image: np.ndarray, sigma: float) -> np.ndarray:
    """D_σ of an image (SIZE, SIZE)."""
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        return denoised(image, sigma)


def white(random: np.random.Generator) -> np.ndarray:
    """An image of white noise."""
    return random.standard_normal((SIZE, SIZE), np.float32)


def first_image(random: np.random.Generator) -> np.ndarray:
    """The denoised image of the data alone, with noise of strength 0.25."""
    image = clean(fitted(np.zeros((SIZE, SIZE), np.float32), 0.25, data), 0.25)
    return image + np.float32(0.25) * white(random)
