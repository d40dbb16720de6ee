"""The unit of networks for heads."""

import torch
from torch.nn import functional

from core.recipes.blocks.network_operators import fbp


def brightest(data: torch.Tensor) -> torch.Tensor:
    """About the largest value of the image, from its FBP."""
    return functional.avg_pool2d(fbp(data), 5, stride=1, padding=2).abs().max() / 0.95
