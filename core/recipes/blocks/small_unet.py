"""A small U-Net."""

import itertools

import torch
from torch import nn
from torch.nn import functional


class Double(nn.Module):
    """Two convolutions, and what came in added where the channels agree."""

    def __init__(self, inputs: int, outputs: int, bias: bool) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1, bias=bias)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(1, inputs, H, W) to (1, outputs, H, W)."""
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(y + x if x.shape == y.shape else y)


class SmallUNet(nn.Module):
    """A U-Net on pixels folded 2 × 2 into channels."""

    def __init__(
        self, inputs: int, outputs: int, widths: tuple[int, ...], bias: bool = True
    ) -> None:
        super().__init__()
        steps = list(itertools.pairwise(widths))
        first = nn.Conv2d(4 * inputs, widths[0], 3, padding=1, bias=bias)
        self.enter = nn.Sequential(first, nn.ReLU(), Double(widths[0], widths[0], bias))
        self.down = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a, b, 3, stride=2, padding=1, bias=bias), nn.ReLU(), Double(b, b, bias)
            )
            for a, b in steps
        )
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2, bias=bias) for a, b in steps)
        self.merge = nn.ModuleList(Double(2 * a, a, bias) for a, _ in steps)
        self.leave = nn.Conv2d(widths[0], 4 * outputs, 3, padding=1, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(1, inputs, H, W) to (1, outputs, H, W)."""
        height, width = x.shape[-2:]
        multiple = 2 ** (len(self.down) + 1)
        x = functional.pad(x, (0, -width % multiple, 0, -height % multiple), mode="replicate")
        x = self.enter(functional.pixel_unshuffle(x, 2))
        passed = []
        for down in self.down:
            passed.append(x)
            x = down(x)
        for up, merge in zip(reversed(self.up), reversed(self.merge), strict=True):
            x = merge(torch.cat([up(x), passed.pop()], dim=1))
        return functional.pixel_shuffle(self.leave(x), 2)[..., :height, :width]
