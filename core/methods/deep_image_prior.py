"""Deep image prior: an untrained network fitted to this one scan, and stopped in time.

    min_θ  ½‖S(G f_θ(z) − d)‖² + λs TV_ε(f_θ(z)),    m = f_θ(z)

z is fixed noise and θ the weights of an encoder–decoder, fitted by Muon or Adam. The network draws
smooth and repeated structure first and noise last. Where one channel of z is a rough image, the
back-projection of the sharpened data, it only has to improve that, which goes further in fewer
steps. S sharpens the rays along the detectors, as the ramp
of FBP does, by a power p of their response: S = I for p = 0, and p = 1 makes all frequencies count
alike, which saves most of the steps. λ adds total variation, s being the noise level estimated
from the data, so that one λ suits clean data and noisy ones. TV₀ is that; with ε > 0 differences
|∇m| of neighbours count by ε ln(1 + |∇m|/ε), so that a high edge costs little more than a low one
and keeps its height, which total variation lowers.

Sources: D. Ulyanov, A. Vedaldi and V. Lempitsky, Deep image prior, CVPR 2018,
DOI 10.1109/CVPR.2018.00984; with total variation for tomography, D. O. Baguer, J. Leuschner and
M. Schmidt, Inverse Problems 36 (2020), DOI 10.1088/1361-6420/aba415; the logarithm, E. J. Candès,
M. B. Wakin and S. P. Boyd, J. Fourier Anal. Appl. 14 (2008), DOI 10.1007/s00041-008-9045-x.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

from core.array_types import Image, Sinogram
from core.methods.base import Family, Hue, IterativeMethod, Step
from core.methods.support.data_fidelity import filtered, ray_response
from core.methods.support.half_precision import has_bfloat16
from core.methods.support.noise_level import noise_level
from core.parameters import param
from core.projection.autograd import bridge
from core.projection.projector import Projector

if TYPE_CHECKING:
    from torch import Tensor

LARGEST_NOISE = np.float32(0.1)
"""z is noise between 0 and this, and its rough image has this standard deviation."""
PUBLISHED_BETAS = (0.9, 0.999)
"""Adam's, its usual ones; beside Muon it has those of `NetworkOptimiser`."""
SMOOTHED = 1e-4
"""Differences below this part of the image's mean count as none in the total variation, whose
gradient has no value at zero."""


@final
@dataclass(frozen=True, kw_only=True)
class DeepImagePrior(IterativeMethod):
    """An encoder–decoder with random weights, fitted to the data by Muon or Adam."""

    name: ClassVar[str] = "deep_image_prior"
    family: ClassVar[Family] = "learned"
    title: ClassVar[str] = "Deep image prior"
    idea: ClassVar[str] = (
        "Let an untrained network draw the image, and fit its weights to this scan alone."
    )
    equation: ClassVar[str] = (
        r"\min_\theta\; \tfrac12 \lVert S (G f_\theta(z) - d) \rVert^2 "
        r"+ \lambda s\, \mathrm{TV}_\varepsilon(f_\theta(z)), \quad m = f_\theta(z)"
    )
    source: ClassVar[str] = (
        "D. Ulyanov, A. Vedaldi and V. Lempitsky (2018), doi:10.1109/CVPR.2018.00984; with total "
        "variation D. O. Baguer, J. Leuschner and M. Schmidt (2020), doi:10.1088/1361-6420/aba415"
    )
    minimises: ClassVar[str] = "½‖S(G f_θ(z) − d)‖² + λs TV_ε(f_θ(z)) over the weights θ; TV₀ is TV"
    guarantee: ClassVar[str] = "None: the objective is not convex, and the steps must end in time."
    cost: ClassVar[str] = "G, Gᵀ, and a network forwards and backwards in each of hundreds of steps"
    position: ClassVar[int] = 60
    colour: ClassVar[Hue] = "pink"
    benchmark_images: ClassVar[int | None] = 2

    iterations: int = param(
        300, low=0, high=10_000, symbol="k", help="Steps of the optimiser to take."
    )
    learning_rate: float = param(
        0.01, low=1e-4, high=1.0, log=True, help="The step of the optimiser for every weight."
    )
    optimiser: str = param(
        "muon",
        choices=("adam", "muon"),
        help="Adam, as published, or Muon, which steps along orthogonal matrices and comes in 300 "
        "steps as far as Adam in 1000.",
    )
    input: str = param(
        "picture",
        choices=("noise", "picture"),
        symbol="z",
        help="Noise alone, as published, or with a rough image in one of its channels: the "
        "back-projection of the sharpened data.",
    )
    tv_weight: float = param(
        1.0,
        low=0,
        high=100.0,
        log=True,
        unit="s",
        title="TV weight",
        symbol=r"\lambda",
        help="The weight of total variation on top, in units of the noise s that is estimated "
        "from the data; 0 leaves the network alone.",
    )
    edge_scale: float = param(
        0.0,
        later=True,
        low=0,
        high=10.0,
        stops=(0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
        symbol=r"\varepsilon",
        help="0: TV₀, total variation. Above it, differences of neighbouring pixels beyond this "
        "part of the image's mean count by their logarithm only, so that edges keep their height.",
    )
    sharpening: float = param(
        1.0,
        low=0.0,
        high=1.0,
        symbol="p",
        help="0: every ray counts as it was measured. 1: the data are sharpened like those of "
        "FBP, so that details are fitted as early as the outline; so is noise.",
    )
    input_noise: float = param(
        0.0,
        low=0.0,
        high=0.3,
        help="Standard deviation of fresh noise added to z at every step; z lies between 0 and "
        "0.1. It keeps the network from fitting the noise, and makes it slower.",
    )
    averaging: float = param(
        0.9,
        low=0.0,
        high=0.999,
        help="The weight of the last image shown in the next: a running mean of what the "
        "network draws. 0 shows every image as it is.",
    )
    architecture: str = param(
        "skips",
        choices=("skips", "hourglass"),
        symbol="f",
        help="Narrow skip connections at each of five scales, or none: then everything passes "
        "through the coarsest.",
    )
    channels: int = param(16, low=4, high=128, help="Channels of the network at each scale.")
    seed: int = param(0, low=0, high=9999, help="Seed of the weights and of z.")
    half_precision: bool = param(
        True,
        help="Run the network in bfloat16 on processors that have it: faster on large images, and "
        "the error changes less than with another seed.",
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the image before the first step and after every one."""
        import torch
        from torch.nn import functional

        from core.networks.architectures.deep_image_prior import untrained
        from core.networks.training.optimisers import NetworkOptimiser

        network, z = untrained(operator.size, self.channels, self.architecture, self.seed)
        if self.input == "picture":
            z[0, 0] = torch.from_numpy(rough_picture(operator, data))
        random = torch.Generator().manual_seed(self.seed)
        brightness = brightness_of(operator, data)
        loss_of = self._loss(operator, data, brightness)
        half = self.half_precision and has_bfloat16()
        optimiser = (
            NetworkOptimiser(network, "adam", PUBLISHED_BETAS)
            if self.optimiser == "adam"
            else NetworkOptimiser(network, "muon")
        )
        shown, share = torch.zeros(operator.dims), 0.0
        for number in range(self.iterations + 1):
            shaken = z
            if self.input_noise:
                shaken = z + self.input_noise * torch.randn(z.shape, generator=random)
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                drawn = network(shaken)[0, 0]
            image = brightness * functional.softplus(drawn.float())
            loss = loss_of(image)
            share = self.averaging * share + 1 - self.averaging
            shown = shown + (1 - self.averaging) / share * (image.detach() - shown)
            yield Step(image=shown.numpy(), values={"loss": loss.item()})
            if number < self.iterations:
                loss.backward()
                optimiser.step(self.learning_rate)

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """λs TV_ε(m) of the image shown; the loss has the sharpened misfit beside it."""
        import torch

        edge = self.edge_scale * brightness_of(operator, data)
        picture = torch.from_numpy(np.array(image, np.float64)).reshape(operator.dims)
        return self.tv_weight * noise_level(data) * total_variation(picture, 0.0, edge).item()

    def _loss(
        self, operator: Projector, data: Sinogram, brightness: float
    ) -> Callable[["Tensor"], "Tensor"]:
        """What is minimised, over ‖G‖², as a function of the image (size, size)."""
        import torch

        G, measured = bridge(operator), torch.from_numpy(np.array(data))
        _, response = ray_response(operator)
        gain = torch.from_numpy((response / response.max()) ** (-self.sharpening / 2))
        weight = self.tv_weight * noise_level(data)

        def loss(image: torch.Tensor) -> torch.Tensor:
            residual = G(image) - measured
            if self.sharpening:
                spectrum = gain * torch.fft.rfft(residual)
                residual = torch.fft.irfft(spectrum, n=residual.shape[-1])
            value = 0.5 * residual.square().sum()
            if weight:
                value = value + weight * total_variation(
                    image, SMOOTHED * brightness, self.edge_scale * brightness
                )
            scaled: torch.Tensor = value / operator.norm_squared
            return scaled

        return loss


def rough_picture(operator: Projector, data: Sinogram) -> Image:
    """The back-projection of the sharpened data, as large as the noise in z may be."""
    _, response = ray_response(operator)
    gain: Any = np.float32(1) / response
    picture = operator.back_project(filtered(data, gain))
    deviation: Any = np.float32(picture.std() or 1.0)
    scaled: Image = LARGEST_NOISE / deviation * picture
    return scaled


def brightness_of(operator: Projector, data: Sinogram) -> float:
    """The mean of the image, estimated from its rays; 1 where they are all zero."""
    return abs(float(data.mean())) / max(float(operator.rows_sum.mean()), 1e-30) or 1.0


def total_variation(image: "Tensor", smoothed: float, edge: float = 0.0) -> "Tensor":
    """Σ √(|∇m|² + smoothed²) − smoothed with forward differences that are 0 across the border.

    With an `edge` above 0 it is the sum of edge · ln(1 + t/edge) over these lengths t.
    """
    import torch
    from torch.nn import functional

    down = functional.pad(image[1:] - image[:-1], (0, 0, 0, 1))
    right = functional.pad(image[:, 1:] - image[:, :-1], (0, 1))
    lengths: Tensor = torch.sqrt(down.square() + right.square() + smoothed**2) - smoothed
    if edge:
        lengths = edge * torch.log1p(lengths / edge)
    return lengths.sum()
