"""What the small network learns from: the truth, or noisy data alone.

    d = Gm + n,    n ~ N(0, σ² I),    f(d) = f_θ(FBP(d)),    FBP = Gᵀ W,    ‖r‖²_W = rᵀ W r

W is the filter of FBP, along each view. Where there are enough views ‖Ge‖²_W = ⟨e, FBP(Ge)⟩ is
‖e‖², the error of an image; where there are not, it is what of the error the scan sees. So all
losses have the unit of the mean squared error of a pixel.

truth:        ‖f(d) − m‖²
half:         ‖f_θ(FBP_J(d)) − FBP_J′(d)‖², the even views J from the odd ones J′, and the other way
consistency:  ‖Gf(d) − d‖²_W
sure:         ‖Gf(d) − d‖²_W − σ² tr W + 2 σ² div_d W G f(d), with the expectation ‖G(f(d) − m)‖²_W
equivariant:  consistency + ‖f(G T_g f(d)) − T_g f(d)‖², T_g a rotation by any angle
robust:       sure + ‖f(G T_g f(d) + n′) − T_g f(d)‖², n′ new noise

The divergence is estimated with one random vector b, bᵀ(h(d + εb) − h(d)) / ε.

SURE in the space of the data is the form that holds for every G. In the space of images, with the
pseudo-inverse of G in the place of W (Eldar 2009), it sees no more, since the null space of G
leaves no trace in the data, and its variance grows with the noise that G⁺ amplifies (Lucka et al.
2018). W stands between the two.

Sources: A. A. Hendriksen, D. M. Pelt and K. J. Batenburg, Noise2Inverse, IEEE Trans. Comput.
Imaging 6 (2020), DOI 10.1109/TCI.2020.3019647. C. M. Stein, Ann. Statist. 9 (1981),
DOI 10.1214/aos/1176345632. S. Ramani, T. Blu and M. Unser, Monte-Carlo SURE, IEEE TIP 17 (2008),
DOI 10.1109/TIP.2008.2001404. Y. C. Eldar, Generalized SURE for exponential families, IEEE Trans.
Signal Process. 57 (2009), arXiv 0804.3010. F. Lucka et al., Risk estimators for choosing
regularization parameters in ill-posed problems, Inverse Probl. Imaging 12 (2018),
DOI 10.3934/ipi.2018047. D. Chen, J. Tachella and M. E. Davies, Equivariant imaging, ICCV 2021,
DOI 10.1109/ICCV48922.2021.00434, and Robust equivariant imaging, CVPR 2022, arXiv 2111.12855.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.networks.architectures.physics import Physics
from core.networks.training.small_scans import SmallScans

PROBE = 0.1
"""The length ε of the probe of the divergence, as a share of the noise's standard deviation."""

Loss = tuple[Tensor, float]
"""A loss, and what it estimates up to a constant: known in a simulation only, or NaN."""


class Target(ABC):
    """A loss for the small network under one scan; random numbers come from `seed`."""

    def __init__(self, physics: Physics, seed: int = 0) -> None:
        self.physics = physics
        self.generator = torch.Generator().manual_seed(seed)

    @abstractmethod
    def loss(self, network: nn.Module, scans: SmallScans) -> Loss:
        """The mean over the scans and the pixels of an image."""

    def images(self, network: nn.Module, scans: SmallScans) -> Tensor:
        """What the trained network makes of the data."""
        images: Tensor = network(scans.starts)
        return images


@final
class Truth(Target):
    """The mean squared error."""

    def loss(self, network: nn.Module, scans: SmallScans) -> Loss:
        """‖f(d) − m‖²."""
        error = _mean_square(self.images(network, scans) - scans.truths)
        return error, float(error.detach())


@final
class Half(Target):
    """Noise2Inverse with two halves: an image from some views, judged by that from the others.

    The views of the halves alternate. The noise of the one is independent of that of the other,
    and so cannot be predicted: the best f gives the mean of FBP_J′(d), without noise.
    """

    def halves(self, data: Tensor) -> tuple[Tensor, Tensor]:
        """The FBP of the even views, and that of the odd ones."""
        views = data.shape[-2]
        parts = []
        for first in (0, 1):
            half = torch.zeros_like(data)
            half[..., first::2, :] = data[..., first::2, :]
            # Each view of fewer stands for a larger part of the half turn.
            parts.append(self.physics.fbp(half * (views / len(range(first, views, 2)))))
        return parts[0], parts[1]

    def loss(self, network: nn.Module, scans: SmallScans) -> Loss:
        """The mean of both ways."""
        even, odd = self.halves(scans.data)
        from_even, from_odd = network(even), network(odd)
        loss = (_mean_square(from_even - odd) + _mean_square(from_odd - even)) / 2
        with torch.no_grad():
            clean_even, clean_odd = self.halves(scans.clean)
            known = _mean_square(from_even - clean_odd) + _mean_square(from_odd - clean_even)
        return loss, float(known) / 2

    def images(self, network: nn.Module, scans: SmallScans) -> Tensor:
        """The mean of the images from the one half and from the other."""
        even, odd = self.halves(scans.data)
        images: Tensor = (network(even) + network(odd)) / 2
        return images


@final
class Sure(Target):
    """Stein's unbiased estimate of the error that the scan sees."""

    def loss(self, network: nn.Module, scans: SmallScans) -> Loss:
        """‖Gf(d) − d‖²_W − σ² tr W + 2σ² div WGf(d)."""
        image = network(scans.starts)
        return _risk(self, network, scans, image), _seen(self.physics, image, scans)


@final
class Equivariant(Target):
    """Measurement consistency, and an image that is found again after a rotation."""

    def loss(self, network: nn.Module, scans: SmallScans) -> Loss:
        """‖Gf(d) − d‖²_W + ‖f(G T_g f(d)) − T_g f(d)‖²."""
        image = network(scans.starts)
        left = self.physics.forward(image) - scans.data
        return self.physics.sharp_square(left) + _rotation_loss(self, network, image), math.nan


@final
class RobustEquivariant(Target):
    """The same with SURE in the place of the consistency, and with noise after the rotation."""

    def loss(self, network: nn.Module, scans: SmallScans) -> Loss:
        """SURE + ‖f(G T_g f(d) + n′) − T_g f(d)‖²."""
        image = network(scans.starts)
        found_again = _rotation_loss(self, network, image, scans.sigma)
        return _risk(self, network, scans, image) + found_again, math.nan


TARGETS: dict[str, type[Target]] = {
    "truth": Truth,
    "half": Half,
    "sure": Sure,
    "equivariant": Equivariant,
    "robust": RobustEquivariant,
}


def rotated(images: Tensor, degrees: Tensor) -> Tensor:
    """Images (count, 1, size, size) turned counter-clockwise, linearly interpolated; outside is 0.

    degrees : (count,).
    """
    angle = torch.deg2rad(degrees).to(images)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    # Rows are counted downwards: what comes to (x, y) on the screen stood at R⁻¹(x, y).
    maps = torch.stack([cos, -sin, zero, sin, cos, zero], dim=1).reshape(-1, 2, 3)
    grid = functional.affine_grid(maps, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)


def divergence(
    function: Callable[[Tensor], Tensor], at: Tensor, value: Tensor, probe: Tensor, length: Tensor
) -> Tensor:
    """The Monte-Carlo estimate bᵀ(h(d + εb) − h(d)) / ε of a divergence, for each of a batch.

    at, value : d and h(d), (count, …). probe : b, standard normal. length : ε, (count, 1, …).
    """
    return ((function(at + length * probe) - value) * probe / length).flatten(1).sum(1)


def _risk(target: Target, network: nn.Module, scans: SmallScans, image: Tensor) -> Tensor:
    """Stein's estimate of ‖G(f(d) − m)‖²_W / pixels, `image` being f(d)."""
    physics = target.physics
    predicted = physics.forward(image)
    consistency = physics.sharp_square(predicted - scans.data)
    if not scans.sigma.any():
        return consistency
    probe = torch.randn(scans.data.shape, generator=target.generator)

    def sharp(data: Tensor) -> Tensor:
        return physics.sharpen(physics.forward(network(physics.fbp(data))))

    found = divergence(sharp, scans.data, physics.sharpen(predicted), probe, PROBE * scans.sigma)
    variance = scans.sigma.flatten() ** 2
    trace = physics.sharpening_trace(scans.data.shape[-2])
    return consistency + (variance * (2 * found - trace)).mean() / physics.size**2


def _rotation_loss(
    target: Target, network: nn.Module, image: Tensor, sigma: Tensor | None = None
) -> Tensor:
    """‖f(G T_g f(d) + n′) − T_g f(d)‖² / pixels, without n′ unless `sigma` is given."""
    degrees = 360 * torch.rand(len(image), generator=target.generator)
    turned = rotated(image, degrees)
    data = target.physics.forward(turned)
    if sigma is not None:
        data = data + sigma * torch.randn(data.shape, generator=target.generator)
    return _mean_square(network(target.physics.fbp(data)) - turned)


def _seen(physics: Physics, image: Tensor, scans: SmallScans) -> float:
    """‖G(f(d) − m)‖²_W / pixels, which nobody but a simulation can know."""
    with torch.no_grad():
        return float(physics.sharp_square(physics.forward(image) - scans.clean))


def _mean_square(values: Tensor) -> Tensor:
    return values.square().mean()
