"""Six architectures as small PyTorch modules, and what can be measured of them untrained.

    weights       numbers that training has to find
    field         how the middle pixel of the output depends on each pixel of the input, |∂y/∂x|
    arithmetic    multiplications and additions for one picture
    shift error   ‖f(Tx) − T f(x)‖ / ‖f(Tx)‖ for a picture x moved by T: 0 where the network does
                  the same everywhere, about 1 where it knows each place by itself

All have random weights. Weights and arithmetic are counted on PyTorch's `meta` device, which
knows the shapes of numbers and holds none.

Sources: MLP: B. Zhu et al., Image reconstruction by domain-transform manifold learning, Nature 555
(2018), DOI 10.1038/nature25988; CNN: K. Zhang et al., IEEE TIP 26 (2017),
DOI 10.1109/TIP.2017.2662206; ResNet: K. He et al., CVPR 2016, DOI 10.1109/CVPR.2016.90; U-Net:
O. Ronneberger, P. Fischer and T. Brox, MICCAI 2015, DOI 10.1007/978-3-319-24574-4_28; transformer:
A. Dosovitskiy et al., ICLR 2021, arXiv:2010.11929; diffusion: J. Ho, A. Jain and P. Abbeel,
NeurIPS 2020, arXiv:2006.11239; the measured field: W. Luo et al., NeurIPS 2016, arXiv:1701.04128.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from core.array_types import Float32Array
from core.networks.architectures.blocks import Double, SmallUNet, convolution
from core.networks.architectures.denoiser import Denoiser

CHANNELS, LAYERS, BLOCKS = 32, 10, 5
HIDDEN = 256
PATCH, WIDTH, HEADS, DEPTH = 8, 96, 4, 4
NOISE_LEVEL, DENOISINGS = 0.1, 50
SEEN = 1e-9
"""A pixel counts as seen whose derivative is more than this share of the largest."""
PICTURES = 4
"""Random pictures over which the derivative is averaged: a ReLU that is off hides a path."""


class MLP(nn.Module):
    """Every pixel to every hidden unit, and these to every pixel."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.layers = nn.Sequential(
            nn.Linear(size**2, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, size**2)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, 1, size, size) to the same."""
        result: Tensor = self.layers(x.flatten(1))
        return result.reshape(x.shape)


class Transformer(nn.Module):
    """Patches as words: each attends to all others; a learned vector says where each one is."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.embed = nn.Conv2d(1, WIDTH, PATCH, stride=PATCH)
        self.places = nn.Parameter(torch.zeros(1, (size // PATCH) ** 2, WIDTH))
        layer = nn.TransformerEncoderLayer(
            WIDTH, HEADS, 2 * WIDTH, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, DEPTH, enable_nested_tensor=False)
        self.leave = nn.ConvTranspose2d(WIDTH, 1, PATCH, stride=PATCH)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 1, size, size) to the same; the patches divide the size."""
        patches = self.embed(x)
        words = self.layers(patches.flatten(2).transpose(1, 2) + self.places)
        result: Tensor = self.leave(words.transpose(1, 2).reshape(patches.shape))
        return result


class OneDenoising(nn.Module):
    """One of the many denoisings of a diffusion model, at one noise level."""

    def __init__(self) -> None:
        super().__init__()
        self.denoiser = Denoiser()

    def forward(self, x: Tensor) -> Tensor:
        """(B, 1, H, W) to the same."""
        result: Tensor = self.denoiser(x, NOISE_LEVEL)
        return result


class Residual(nn.Module):
    """Adds what its layers make to what came in."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 1, H, W) to the same."""
        result: Tensor = x + self.layers(x)
        return result


def chain() -> nn.Module:
    """Convolutions of 3 × 3 in a row."""
    inner = [
        layer for _ in range(LAYERS - 2) for layer in (convolution(CHANNELS, CHANNELS), nn.ReLU())
    ]
    enter = (convolution(1, CHANNELS), nn.ReLU())
    return nn.Sequential(*enter, *inner, convolution(CHANNELS, 1))


def residual_network() -> nn.Module:
    """Blocks of two convolutions, each added to what came in; the whole adds to the picture."""
    blocks = (Double(CHANNELS, CHANNELS) for _ in range(BLOCKS))
    return Residual(convolution(1, CHANNELS), *blocks, convolution(CHANNELS, 1))


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A kind of network: how to make one for pictures of a size, and what it takes for granted.

    passes : how often it runs for one picture.
    """

    title: str
    make: Callable[[int], nn.Module]
    assumes: str
    source: str
    passes: int = 1


ARCHITECTURES: Mapping[str, Architecture] = {
    "mlp": Architecture(
        title="MLP",
        make=MLP,
        assumes="nothing: each pixel has weights of its own, for one size of picture only",
        source="Zhu et al. 2018",
    ),
    "cnn": Architecture(
        title="CNN",
        make=lambda size: chain(),
        assumes="what is near matters, and the same everywhere",
        source="Zhang et al. 2017",
    ),
    "resnet": Architecture(
        title="ResNet",
        make=lambda size: residual_network(),
        assumes="as the CNN, and the input is nearly right: learn the correction",
        source="He et al. 2016",
    ),
    "unet": Architecture(
        title="U-Net",
        make=lambda size: SmallUNet(1, 1, (32, 48, 64)),
        assumes="structure on all scales: coarse from afar, fine from nearby",
        source="Ronneberger et al. 2015",
    ),
    "transformer": Architecture(
        title="Transformer",
        make=Transformer,
        assumes="patches that look alike belong together, however far apart",
        source="Dosovitskiy et al. 2021",
    ),
    "diffusion": Architecture(
        title="Diffusion",
        make=lambda size: OneDenoising(),
        assumes="pictures have a density, and its slope at every noise level can be learned",
        source="Ho et al. 2020",
        passes=DENOISINGS,
    ),
}


def made(name: str, size: int, seed: int = 0) -> nn.Module:
    """The network with random weights, the same for the same seed, none of them zero at first."""
    network = ARCHITECTURES[name].make(size)
    random = torch.Generator().manual_seed(seed)
    for module in network.modules():
        for key, parameter in module.named_parameters(recurse=False):
            inputs = parameter[0].numel() if parameter.dim() > 1 else parameter.numel()
            with torch.no_grad():
                if key.endswith("bias"):
                    parameter.zero_()
                elif not isinstance(module, nn.LayerNorm):
                    parameter.normal_(0, (2 / inputs) ** 0.5, generator=random)
    return network.eval()


def weights(name: str, size: int) -> int:
    """How many weights it has for pictures of size × size pixels."""
    with torch.device("meta"):
        network = ARCHITECTURES[name].make(size)
    return sum(parameter.numel() for parameter in network.parameters())


def operations(name: str, size: int) -> int:
    """Multiplications and additions for one picture, all passes together."""
    with torch.device("meta"), torch.no_grad():
        network, picture = ARCHITECTURES[name].make(size).eval(), torch.zeros(1, 1, size, size)
        # The fused kernel of an encoder would hide its products from the count.
        for layer in network.modules():
            if isinstance(layer, nn.TransformerEncoderLayer):
                layer.train()
        with FlopCounterMode(display=False) as counter:
            network(picture)
    return int(counter.get_total_flops()) * ARCHITECTURES[name].passes


def field(name: str, size: int) -> Float32Array:
    """|∂y/∂x| (size, size) of the middle output pixel, the mean over random pictures; largest 1."""
    network = made(name, size)
    random = torch.Generator().manual_seed(1)
    total = torch.zeros(size, size)
    for _ in range(PICTURES):
        x = torch.rand(1, 1, size, size, generator=random).requires_grad_()
        (slope,) = torch.autograd.grad(network(x)[0, 0, size // 2, size // 2], x)
        total += slope[0, 0].abs()
    return (total / total.max()).numpy()


def extent(sensitivity: Float32Array) -> int:
    """The pixels across that count, the larger of the two directions."""
    rows, columns = np.nonzero(sensitivity > SEEN)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


@torch.no_grad()
def shift_error(name: str, size: int, moved: int = 3) -> float:
    """‖f(Tx) − T f(x)‖ / ‖f(Tx)‖ for a soft disc that T moves to the right.

    The disc lies far from the border, and a ring around the picture is left out: what the zeros
    beyond the border do is no matter of the architecture.
    """
    network = made(name, size)
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    disc = np.exp(-(row**2 + column**2) / (2 * (size / 16) ** 2)).astype(np.float32)
    x = torch.from_numpy(disc)[None, None]
    there = torch.roll(network(x), moved, -1)
    here = network(torch.roll(x, moved, -1))
    inside = (..., slice(size // 3, -size // 3), slice(size // 3, -size // 3))
    return float((here - there)[inside].norm() / here[inside].norm())
