"""What plug-and-play and RED share: a trained denoiser, and a misfit to step down on.

Either takes the place of a prior: D_σ(x) removes noise of standard deviation σ from x, and the
residual x − D_σ(x) plays the part of the prior's gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.array_types import Float32Array, Image, Sinogram
from core.methods.support.data_fidelity import DataFidelity
from core.methods.support.splitting import sharpening_gain
from core.projection.projector import Projector

if TYPE_CHECKING:
    from torch import Tensor

SIGMA_LOW, SIGMA_HIGH = 0.002, 0.25
"""The noise levels that the denoiser was trained on, for images whose brightest pixel is 1."""

SHARPEN_HELP = (
    "Step down on data sharpened like those of FBP, which takes tens of steps in place of "
    "thousands; noise counts for more."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Denoiser:
    """D_σ on images (size, size), float32, by a network on (B, 1, size, size) and σ."""

    network: Callable[["Tensor", float], "Tensor"]

    def __call__(self, image: Image, sigma: float) -> Float32Array:
        """D_σ(image), in a fresh array."""
        import torch

        with torch.no_grad():
            return as_array(self.network(as_tensor(image), sigma))

    def potential(self, image: Image, sigma: float) -> float:
        """g(x) = ½‖x − D_σ(x)‖²: how much there is to remove."""
        removed = image - self(image, sigma)
        return 0.5 * float(np.vdot(removed, removed))

    def potential_gradient(self, image: Image, sigma: float) -> tuple[float, Float32Array]:
        """The value and ∇g(x) = (I − J)ᵀ(x − D_σ(x)), J the Jacobian of D_σ at x."""
        import torch

        x = as_tensor(image).requires_grad_()
        value = 0.5 * (x - self.network(x, sigma)).square().sum()
        (gradient,) = torch.autograd.grad(value, x)
        return value.item(), as_array(gradient)


def trained_denoiser() -> Denoiser:
    """The denoiser among the weights; raise `InputError` when its file is missing or damaged."""
    from core.networks import weights

    return Denoiser(network=weights.load("denoiser").network)


def as_tensor(image: Image) -> "Tensor":
    """An array (rows, columns) as a tensor (1, 1, rows, columns), float32, in fresh memory."""
    import torch

    return torch.from_numpy(np.array(image, np.float32))[None, None]


def as_array(picture: "Tensor") -> Float32Array:
    """The first picture of a tensor (B, C, rows, columns), without its gradient."""
    return np.ascontiguousarray(picture[0, 0].numpy(force=True))


def make_misfit(operator: Projector, data: Sinogram, *, sharpen: bool) -> DataFidelity:
    """The misfit as measured, or sharpened so that ‖SG‖ is just below 1."""
    if sharpen:
        gain = sharpening_gain(operator)
        return DataFidelity(operator, data, gain=gain, norm_squared=1.0)
    return DataFidelity(operator, data)


def change(image: Image, previous: Float32Array) -> dict[str, float]:
    """‖m_{k+1} − m_k‖/‖m_k‖, as a value of a step; nothing after an empty image."""
    before = float(np.linalg.norm(previous))
    if not before:
        return {}
    return {"change": float(np.linalg.norm(image - previous)) / before}
