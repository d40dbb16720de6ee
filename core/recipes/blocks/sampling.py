"""What samplers share: the denoiser in half precision, and where a sample starts."""

from pathlib import Path

import numpy as np
import torch

from core.recipes.blocks.data_prox import fitted
from core.recipes.blocks.denoiser import denoised
from core.recipes.scan import SIZE, data

HALF_PRECISION = True

# bfloat16 is slow on a processor that does not have it
cpu = Path("/proc/cpuinfo")
half = HALF_PRECISION and cpu.exists() and "bf16" in cpu.read_text(encoding="utf-8")


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
