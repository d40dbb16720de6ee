"""The small network of Adler and Öktem, for images and for data."""

import torch
from torch import nn


class ThreeConvolutions(nn.Module):
    """Three 3×3 convolutions with a PReLU after the first two."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        first = nn.Conv2d(inputs, 32, 3, padding=1)
        second = nn.Conv2d(32, 32, 3, padding=1)
        third = nn.Conv2d(32, outputs, 3, padding=1)
        self.layers = nn.Sequential(first, nn.PReLU(), second, nn.PReLU(), third)

    def forward(self, *seen: torch.Tensor) -> torch.Tensor:
        """What it makes of tensors (1, channels, H, W), stacked."""
        return self.layers(torch.cat(seen, dim=1))
