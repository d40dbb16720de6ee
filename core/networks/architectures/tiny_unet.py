"""A residual U-Net small enough to be trained while one waits.

    m̂ = m₀ + f_θ(m₀),    m₀ = FBP(d)

It works on pixels folded 2×2 into channels, as its larger relative `unet` does. Every convolution
is followed by a group normalisation: plain gradient descent gets nowhere without, and a learner
shall see it get somewhere.

Sources: K. H. Jin, M. T. McCann, E. Froustey and M. Unser, IEEE TIP 26 (2017),
DOI 10.1109/TIP.2017.2713099; Y. Wu and K. He, Group normalization, ECCV 2018,
DOI 10.1007/978-3-030-01261-8_1; dropout of whole channels: J. Tompson et al., CVPR 2015,
DOI 10.1109/CVPR.2015.7298664.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.physics import Physics

WIDTHS = (16, 32, 48)
GROUPS = 4
START = 0.03
"""The last layer starts with this share of its usual weights: the first image is nearly FBP's."""


class SmallNetwork(InversionNetwork):
    """Three scales, 82 thousand weights drawn by `seed`; images must have sides divisible by 8.

    `dropout` is the share of the channels that are left out, at the inner scales, while the network
    is in training mode; they are drawn by `seed` too.
    """

    def __init__(self, seed: int = 0, dropout: float = 0.0) -> None:
        super().__init__()
        first = WIDTHS[0]
        self.enter = nn.Sequential(_layer(4, first), _layer(first, first))
        self.down = nn.ModuleList(
            nn.Sequential(_layer(fine, coarse, stride=2), _layer(coarse, coarse))
            for fine, coarse in pairwise(WIDTHS)
        )
        self.merge = nn.ModuleList(
            _layer(fine + coarse, fine) for fine, coarse in reversed(list(pairwise(WIDTHS)))
        )
        self.leave = nn.Conv2d(first, 4, 3, padding=1)
        self.drop = ChannelDropout(dropout, seed)
        self._draw(torch.Generator().manual_seed(seed))

    @torch.no_grad()
    def _draw(self, generator: torch.Generator) -> None:
        """Draw the weights as PyTorch does, but not from the generator that all threads share."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_uniform_(module.weight, a=math.sqrt(5), generator=generator)
        self.leave.weight.mul_(START)
        nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type]

    def forward(self, start: Tensor) -> Tensor:
        """The FBP (B, 1, H, W) with what the network has learned to add."""
        x = self.enter(functional.pixel_unshuffle(start, 2))
        passed = []
        for down in self.down:
            passed.append(x)
            x = self.drop(down(x))
        for merge in self.merge:
            x = merge(torch.cat([passed.pop(), functional.interpolate(x, scale_factor=2)], dim=1))
            x = self.drop(x)
        return start + functional.pixel_shuffle(self.leave(x), 2)

    @property
    def stage_count(self) -> int:
        """One: the result."""
        return 1

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the FBP of scaled data (B, 1, angles, detectors), then the result."""
        start = physics.fbp(data)
        yield start
        yield self.forward(start)


class ChannelDropout(nn.Module):
    """Leaves out channels at random, not by the generator that all threads share."""

    def __init__(self, rate: float, seed: int) -> None:
        super().__init__()
        self.rate = rate
        self._generator = torch.Generator().manual_seed(seed)

    def forward(self, x: Tensor) -> Tensor:
        """A batch (B, C, H, W) with whole channels at 0; in evaluation as it is."""
        if not self.training or not self.rate:
            return x
        kept = torch.rand((*x.shape[:2], 1, 1), generator=self._generator) >= self.rate
        return x * kept / (1 - self.rate)


def _layer(inputs: int, outputs: int, *, stride: int = 1) -> nn.Sequential:
    """A 3×3 convolution, normalised, and a leaky ReLU, so that no channel can die."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.GroupNorm(GROUPS, outputs),
        nn.LeakyReLU(0.1),
    )
