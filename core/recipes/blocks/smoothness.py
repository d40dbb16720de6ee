"""The gradient of half the summed squares of all differences between neighbouring pixels."""

import torch
from torch.nn import functional


def smoothness(image: torch.Tensor) -> torch.Tensor:
    """Four times each pixel of (1, 1, H, W), minus its neighbours; those outside are its own."""
    padded = functional.pad(image, (1, 1, 1, 1), mode="replicate")
    vertical = padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1]
    horizontal = padded[..., 1:-1, :-2] + padded[..., 1:-1, 2:]
    return 4 * image - vertical - horizontal
