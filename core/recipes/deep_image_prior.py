"""The deep image prior with PyTorch, PyLops and ASTRA, from image to reconstruction."""

import math

import numpy as np
import pylops
import torch
from torch import nn
from torch.nn import functional

from core.recipes.blocks.half_precision import half
from core.recipes.blocks.noise_deviation import deviation
from core.recipes.blocks.norm import L
from core.recipes.blocks.ray_response import lengths, response
from core.recipes.scan import DETECTORS, SIZE, G, data

ITERATIONS = 300
LEARNING_RATE = 0.01
OPTIMISER = "muon"
INPUT = "picture"
TV_WEIGHT = 1.0
EDGE_SCALE = 0.0
SHARPENING = 1.0
INPUT_NOISE = 0.0
AVERAGING = 0.9
ARCHITECTURE = "skips"
CHANNELS = 16
SEED = 0
HALF_PRECISION = True

# Frequencies count more alike the more the data are sharpened
gain = torch.from_numpy((response / response.max()) ** (-SHARPENING / 2)).float()


def layer(inputs: int, outputs: int, side: int, stride: int = 1) -> list[nn.Module]:
    """A convolution, batch normalisation and a leaky ReLU."""
    convolution = nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]


class EncoderDecoder(nn.Module):
    """Two convolutions down and two up at each of five scales, with narrow skips or none."""

    def __init__(self) -> None:
        super().__init__()
        scales = max(1, min(5, (SIZE - 1).bit_length() - 1))
        skip, c = 4 if ARCHITECTURE == "skips" else 0, CHANNELS
        self.down = nn.ModuleList(
            nn.Sequential(*layer(c, c, 3, 2), *layer(c, c, 3)) for _ in range(scales)
        )
        self.across = nn.ModuleList(
            nn.Sequential(*layer(c, skip, 1)) for _ in range(scales if skip else 0)
        )
        self.up = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(c + skip), *layer(c + skip, c, 3), *layer(c, c, 1))
            for _ in range(scales)
        )
        self.leave = nn.Conv2d(c, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(1, CHANNELS, SIZE, SIZE) to (1, 1, SIZE, SIZE)."""
        passed = []
        for down in self.down:
            passed.append(x)
            x = down(x)
        for number in reversed(range(len(self.up))):
            fine = passed.pop()
            x = functional.interpolate(x, fine.shape[2:], mode="bilinear", align_corners=False)
            if self.across:
                x = torch.cat([x, self.across[number](fine)], dim=1)
            x = self.up[number](x)
        return self.leave(x)


# Random weights and a random input
network, seeded = EncoderDecoder(), torch.Generator().manual_seed(SEED)
for module in network.modules():
    if isinstance(module, nn.Conv2d):
        bound = math.prod(module.weight.shape[1:]) ** -0.5
        nn.init.uniform_(module.weight, -bound, bound, generator=seeded)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
z = 0.1 * torch.rand(1, CHANNELS, SIZE, SIZE, generator=seeded)
if INPUT == "picture":
    sharp = np.fft.irfft(np.fft.rfft(data, axis=1) / response, DETECTORS, axis=1)
    picture = G.H @ sharp.astype(np.float32)
    z[0, 0] = torch.from_numpy(0.1 * picture / picture.std())
seeded.manual_seed(SEED)

# The loss
weight = TV_WEIGHT * deviation
brightness = abs(data.mean()) / lengths.mean()
project = pylops.TorchOperator(G).apply


def loss_of(image: torch.Tensor) -> torch.Tensor:
    """The sharpened misfit and total variation, over L."""
    spectrum = gain * torch.fft.rfft(project(image) - torch.from_numpy(data))
    residual = torch.fft.irfft(spectrum, n=DETECTORS)
    down = functional.pad(image[1:] - image[:-1], (0, 0, 0, 1))
    right = functional.pad(image[:, 1:] - image[:, :-1], (0, 1))
    corner = 1e-4 * brightness
    slopes = torch.sqrt(down**2 + right**2 + corner**2) - corner
    if EDGE_SCALE:
        slopes = torch.log1p(slopes / (EDGE_SCALE * brightness)) * EDGE_SCALE * brightness
    return (0.5 * residual.square().sum() + weight * slopes.sum()) / L


# The optimiser: Muon steps along orthogonal matrices, and Adam takes all other weights
kernels = [m.weight for m in network.modules() if isinstance(m, nn.Conv2d) and OPTIMISER == "muon"]
matrices = [kernel.detach().flatten(1) for kernel in kernels]
others = [w for w in network.parameters() if all(w is not kernel for kernel in kernels)]
betas = (0.9, 0.99) if kernels else (0.9, 0.999)
optimisers: list[torch.optim.Optimizer] = [torch.optim.Adam(others, LEARNING_RATE, betas=betas)]
if kernels:
    muon = torch.optim.Muon(
        matrices, LEARNING_RATE, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"
    )
    optimisers.append(muon)

# The reconstruction: a running mean of what the network draws
mean, share = torch.zeros(SIZE, SIZE), 0.0
for number in range(ITERATIONS + 1):
    shaken = z + INPUT_NOISE * torch.randn(z.shape, generator=seeded) if INPUT_NOISE else z
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        drawn = network(shaken)[0, 0]
    image = brightness * functional.softplus(drawn.float())
    share = AVERAGING * share + 1 - AVERAGING
    mean = mean + (1 - AVERAGING) / share * (image.detach() - mean)
    if number < ITERATIONS:
        network.zero_grad()
        loss_of(image).backward()
        for kernel, seen in zip(kernels, matrices, strict=True):
            seen.grad = None if kernel.grad is None else kernel.grad.flatten(1)
        for optimiser in optimisers:
            optimiser.step()
reconstruction = mean.numpy()
