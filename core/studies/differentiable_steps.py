"""Iterations with a trained denoiser or regulariser, step by step in PyTorch.

Where a step has no form in PyTorch, its value is computed as the method computes it, and its
gradient is written by hand:

    x = prox_{τf}(v),  (I + τGᵀG) x = v + τGᵀd:    ∂v = (I + τGᵀG)⁻¹ ∂x,    ∂d = τG ∂v
    g = ∇R(m):    ∂m = ∇²R(m) ∂g

The noise level that plug-and-play estimates from the data, and whether a step of the convex ridges
is taken, are held: the gradient does not go through them.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core.array_types import Float32Array
from core.methods.convex_ridge import ConvexRidgeMethod
from core.methods.plug_and_play import PlugAndPlay
from core.methods.red import RED
from core.methods.support.data_fidelity import DataFidelity
from core.methods.support.denoising import as_array, make_misfit, trained_denoiser
from core.methods.support.ridge import trained_ridge
from core.projection.autograd import bridge
from core.projection.projector import Projector

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.worst_noise import Reconstruction

INVERSE = 12
"""Steps of conjugate gradients for (I + τGᵀG)⁻¹ in a gradient; each begins where the last ended."""


def red(method: RED, operator: Projector) -> "Reconstruction":
    """RED from an empty image, all its iterations."""
    denoised = _denoiser()

    def image_of(data: "Tensor") -> "Tensor":
        slope, norm_squared = _misfit(operator, data, sharpen=method.sharpen)
        weight = method.weight * norm_squared
        tau = method.step / (norm_squared * (1 + 2 * method.weight))
        image = data.new_zeros(1, 1, *operator.dims)
        for _ in range(method.iterations):
            removed = image - denoised(image, method.sigma)
            image = image - tau * (slope(image) + weight * removed)
        return image

    return image_of


def plug_and_play(method: PlugAndPlay, operator: Projector) -> "Reconstruction":
    """Plug-and-play by ADMM or proximal gradient from an empty image, all its iterations."""
    denoised = _denoiser()

    def relaxed(image: "Tensor", number: int) -> "Tensor":
        change = denoised(image, method.sigma_at(number)) - image
        return image + method.relaxation * change

    def proximal_gradient(data: "Tensor") -> "Tensor":
        slope, norm_squared = _misfit(operator, data, sharpen=method.sharpen)
        image = data.new_zeros(1, 1, *operator.dims)
        for number in range(method.iterations):
            image = relaxed(image - method.step / norm_squared * slope(image), number)
        return image

    def admm(data: "Tensor") -> "Tensor":
        measured = as_array(data)
        prox = _prox(operator, data)
        image = u = data.new_zeros(1, 1, *operator.dims)
        for number in range(method.iterations):
            x = prox(image - u, method.tau(operator, measured, method.sigma_at(number)))
            image = relaxed(x + u, number)
            u = u + x - image
        return image

    return admm if method.solver == "admm" else proximal_gradient


def convex_ridge(method: ConvexRidgeMethod, operator: Projector) -> "Reconstruction":
    """The convex ridge regulariser by MFISTA from an empty image, all its iterations."""
    ridge = trained_ridge()

    def slope_of(image: "Tensor") -> "Tensor":
        point = as_array(image)
        return _with_gradient(
            ridge.gradient(point), lambda back: (ridge.curvature(point, as_array(back)),), image
        )

    def image_of(data: "Tensor") -> "Tensor":
        G = bridge(operator)
        tau = 1 / (operator.norm_squared + method.sigma)
        image = point = data.new_zeros(1, 1, *operator.dims)
        height, t = 0.5 * float(data.detach().square().sum()), 1.0
        for _ in range(method.iterations):
            slope = G.adjoint(G(point) - data) + method.sigma * slope_of(point)
            found, before = (point - tau * slope).clamp_min(0), image
            misfit = 0.5 * float((G(found.detach()) - data.detach()).square().sum())
            reached = misfit + method.sigma * ridge.value(as_array(found))
            if reached <= height:
                image, height = found, reached
            previous, t = t, (1 + (1 + 4 * t**2) ** 0.5) / 2
            point = image + previous / t * (found - image) + (previous - 1) / t * (image - before)
        return image

    return image_of


def _misfit(
    operator: Projector, data: "Tensor", *, sharpen: bool
) -> tuple[Callable[["Tensor"], "Tensor"], float]:
    """∇ of the misfit as a function of the image, and the largest curvature of the misfit."""
    import torch

    G, misfit = bridge(operator), make_misfit(operator, as_array(data), sharpen=sharpen)
    gain = None if misfit.gain is None else torch.from_numpy(misfit.gain**2)

    def slope(image: "Tensor") -> "Tensor":
        residual = G(image) - data
        if gain is not None:
            spectrum = gain * torch.fft.rfft(residual)
            residual = torch.fft.irfft(spectrum, n=residual.shape[-1])
        return G.adjoint(residual)

    return slope, misfit.norm_squared


def _prox(operator: Projector, data: "Tensor") -> Callable[["Tensor", float], "Tensor"]:
    """The prox of τf as a function of the point and τ, for ½‖Gm − d‖²."""
    misfit = DataFidelity(operator, as_array(data))
    zero = np.zeros(operator.dimsd, np.float32)
    inverse = DataFidelity(operator, zero, INVERSE)

    def prox(point: "Tensor", tau: float) -> "Tensor":
        def back(gradient: "Tensor") -> tuple[Float32Array, Float32Array]:
            solved = inverse.prox(as_array(gradient).ravel(), tau).reshape(operator.dims)
            return solved, np.float32(tau) * operator.project(solved)

        image = misfit.prox(as_array(point).ravel(), tau).reshape(operator.dims)
        return _with_gradient(image, back, point, data)

    return prox


def _denoiser() -> Callable[["Tensor", float], "Tensor"]:
    """D_σ; what the gradient needs of its layers is computed again and not kept."""
    import torch
    from torch.utils.checkpoint import checkpoint

    network = trained_denoiser().network

    def denoised(image: "Tensor", sigma: float) -> "Tensor":
        if not torch.is_grad_enabled():
            return network(image, sigma)
        result: Tensor = checkpoint(network, image, sigma, use_reentrant=False)
        return result

    return denoised


def _with_gradient(
    value: Float32Array,
    back: Callable[["Tensor"], tuple[Float32Array, ...]],
    *inputs: "Tensor",
) -> "Tensor":
    """The value of a function of `inputs`; `back` turns a gradient of it into one of each."""
    result: Tensor = _by_hand().apply(value, back, *inputs)
    return result


@cache
def _by_hand() -> Any:
    """A `torch.autograd.Function`, made on first use so that torch is not imported before."""
    import torch

    class ByHand(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, value: Float32Array, back: Any, *inputs: torch.Tensor) -> Any:
            ctx.back = back
            return torch.from_numpy(value)[None, None]

        @staticmethod
        def backward(ctx: Any, *gradients: torch.Tensor) -> Any:
            found = (torch.from_numpy(one)[None, None] for one in ctx.back(gradients[0]))
            return None, None, *found

    return ByHand
