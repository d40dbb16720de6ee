"""Deep image prior: an untrained network whose shape alone prefers natural images.

    m = f_θ(z),    z fixed noise,    θ fitted to one scan

An encoder halves the sides at each scale and a decoder doubles them again, with narrow skips
between. Smooth and repeated structure comes out of such a network after few steps, noise and
streaks only after many, which is why stopping early regularises.

Source: D. Ulyanov, A. Vedaldi and V. Lempitsky, Deep image prior, CVPR 2018, 9446-9454,
DOI 10.1109/CVPR.2018.00984.
"""

from collections.abc import Iterator
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.networks.architectures.base import channels_last

SCALES = 5
SKIP = 4
"""Channels of a skip."""
SLOPE = 0.2
INPUT = 0.1
"""The input is uniform between 0 and this."""


class EncoderDecoder(nn.Module):
    """The published network: at every scale two convolutions down, and two up.

    `channels` at each of at most five scales; fewer where the coarsest would have less than 2×2
    pixels, which batch normalisation needs. `skips` carry four channels across at each scale;
    without them everything must pass through the coarsest one (an "hourglass").
    """

    def __init__(self, size: int, channels: int, *, skips: bool) -> None:
        super().__init__()
        scales = max(1, min(SCALES, (size - 1).bit_length() - 1))
        across = SKIP if skips else 0
        self.down = nn.ModuleList(
            nn.Sequential(*_layer(channels, channels, 3, stride=2), *_layer(channels, channels, 3))
            for _ in range(scales)
        )
        self.across = nn.ModuleList(
            nn.Sequential(*_layer(channels, across, 1)) for _ in range(scales if skips else 0)
        )
        self.up = nn.ModuleList(
            nn.Sequential(
                nn.BatchNorm2d(channels + across),
                *_layer(channels + across, channels, 3),
                *_layer(channels, channels, 1),
            )
            for _ in range(scales)
        )
        self.leave = nn.Conv2d(channels, 1, 1)

    def forward(self, z: Tensor) -> Tensor:
        """(1, channels, H, W) to the image (1, 1, H, W), not yet bounded."""
        x = z
        passed = []
        for down in self.down:
            passed.append(x)
            x = down(x)
        for number in reversed(range(len(self.down))):
            fine = passed.pop()
            x = functional.interpolate(
                x, size=fine.shape[-2:], mode="bilinear", align_corners=False
            )
            if len(self.across):
                x = torch.cat([x, self.across[number](fine)], dim=1)
            x = self.up[number](x)
        result: Tensor = self.leave(x)
        return result


def _layer(inputs: int, outputs: int, side: int, *, stride: int = 1) -> Iterator[nn.Module]:
    """A convolution, batch normalisation, which makes its bias idle, and a leaky ReLU."""
    yield nn.Conv2d(inputs, outputs, side, stride=stride, padding=side // 2, bias=False)
    yield nn.BatchNorm2d(outputs)
    yield nn.LeakyReLU(SLOPE)


def untrained(
    size: int, channels: int, architecture: str, seed: int
) -> tuple[EncoderDecoder, Tensor]:
    """A network with random weights and its input z (1, channels, size, size).

    The same for the same seed; the generator that other threads may share is left alone.
    """
    random = torch.Generator().manual_seed(seed)
    network = EncoderDecoder(size, channels, skips=architecture == "skips")
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            # PyTorch's own default for a convolution, U(−1/√n, 1/√n) for n inputs.
            bound = prod(layer.weight.shape[1:]) ** -0.5
            nn.init.uniform_(layer.weight, -bound, bound, generator=random)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    z = INPUT * torch.rand(1, channels, size, size, generator=random)
    return channels_last(network), z.contiguous(memory_format=torch.channels_last)
