"""RED with PyTorch and ASTRA, from image to reconstruction."""

import numpy as np

from core.recipes.blocks.denoiser import denoised
from core.recipes.blocks.sharpened_slope import slope, steepest
from core.recipes.scan import SIZE

ITERATIONS = 60
SIGMA = 0.02
WEIGHT = 0.2
STEP = 1.8
SHARPEN = True

# The reconstruction
weight = WEIGHT * steepest
tau = np.float32(STEP / (steepest + 2 * weight))
reconstruction = np.zeros((SIZE, SIZE), np.float32)
for _ in range(ITERATIONS):
    removed = reconstruction - denoised(reconstruction, SIGMA)
    reconstruction = reconstruction - tau * (slope(reconstruction) + np.float32(weight) * removed)
