"""The building blocks of the networks: convolutions, and a small U-Net."""

import itertools
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional


def convolution(inputs: int, outputs: int, *, stride: int = 1, bias: bool = True) -> nn.Conv2d:
    """A 3×3 convolution that keeps the size, or divides it by `stride`."""
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=bias)


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer with all its weights zero: what it adds to grows from nothing."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Double(nn.Module):
    """Two convolutions with a ReLU each, and what came in added where the channels agree.

    With `slope` > 0 the ReLUs are leaky.
    """

    def __init__(self, inputs: int, outputs: int, *, bias: bool = True, slope: float = 0.0) -> None:
        super().__init__()
        self.first = convolution(inputs, outputs, bias=bias)
        self.second = convolution(outputs, outputs, bias=bias)
        self.active = nn.LeakyReLU(slope)
        self.residual = inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, H, W)."""
        y = self.second(self.active(self.first(x)))
        result: Tensor = self.active(y + x if self.residual else y)
        return result


def slope_of(network: nn.Module) -> float:
    """The slope of a network's activations below zero: 0 for ReLUs."""
    leaks = (part.negative_slope for part in network.modules() if isinstance(part, nn.LeakyReLU))
    return max(leaks, default=0.0)


class ThreeConvolutions(nn.Module):
    """Three 3×3 convolutions with a PReLU after the first two; it sees 7 × 7 pixels.

    Zero at the start of training, and each PReLU a ReLU.
    The network of J. Adler and O. Öktem, DOI 10.1109/TMI.2018.2799231, for images and for data.
    """

    def __init__(self, inputs: int, outputs: int, width: int = 32) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(inputs, width),
            nn.PReLU(init=0.0),
            convolution(width, width),
            nn.PReLU(init=0.0),
            zeroed(convolution(width, outputs)),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, H, W)."""
        result: Tensor = self.layers(x)
        return result


class SmallUNet(nn.Module):
    """A U-Net that works on pixels folded 2×2 into channels; zero at the start of training.

    Folding loses nothing and makes the convolutions four times cheaper: a scan whose detectors
    are two pixels wide has little to say on a finer grid anyway. Where that does not hold,
    three convolutions of width `fine` (0: none) go over what came in and the finest channels, on
    single pixels. Sides that the scales do not divide are continued by the border's pixels and
    cropped again. A channel behind a ReLU may die: it is zero for every image, learns nothing, and
    stays so. With a `slope` > 0 below zero, as of DIVal's own U-Net, none can.
    Source: O. Ronneberger, P. Fischer and T. Brox, U-Net, MICCAI 2015,
    DOI 10.1007/978-3-319-24574-4_28; folding as in K. Zhang, W. Zuo and L. Zhang, FFDNet,
    IEEE TIP 27 (2018), DOI 10.1109/TIP.2018.2839891.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        widths: Sequence[int] = (32, 48, 64),
        *,
        bias: bool = True,
        fine: int = 0,
        slope: float = 0.0,
    ) -> None:
        super().__init__()
        self.scales = len(widths)
        double = partial(Double, bias=bias, slope=slope)
        self.enter = nn.Sequential(
            convolution(4 * inputs, widths[0], bias=bias),
            nn.LeakyReLU(slope),
            double(widths[0], widths[0]),
        )
        self.down = nn.ModuleList(
            nn.Sequential(
                convolution(fine, coarse, stride=2, bias=bias),
                nn.LeakyReLU(slope),
                double(coarse, coarse),
            )
            for fine, coarse in itertools.pairwise(widths)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(coarse, fine, 2, stride=2, bias=bias)
            for fine, coarse in itertools.pairwise(widths)
        )
        self.merge = nn.ModuleList(double(2 * fine, fine) for fine in widths[:-1])
        self.leave = zeroed(convolution(widths[0], 4 * outputs, bias=bias))
        unfolded = inputs + widths[0] // 4
        self.fine = ThreeConvolutions(unfolded, outputs, fine) if fine else None

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, H, W)."""
        height, width = x.shape[-2:]
        multiple = 2**self.scales
        below, right = -height % multiple, -width % multiple
        if below or right:
            x = functional.pad(x, (0, right, 0, below), mode="replicate")
        image = x
        x = self.enter(functional.pixel_unshuffle(x, 2))
        passed = []
        for down in self.down:
            passed.append(x)
            x = down(x)
        for up, merge in zip(reversed(self.up), reversed(self.merge), strict=True):
            x = merge(torch.cat([up(x), passed.pop()], dim=1))
        y = functional.pixel_shuffle(self.leave(x), 2)
        if self.fine is not None:
            y = y + self.fine(torch.cat([image, functional.pixel_shuffle(x, 2)], dim=1))
        return y[..., :height, :width]
