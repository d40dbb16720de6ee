"""RED, regularisation by denoising: a denoiser's residual as the gradient of a prior.

    m ← m − τ (∇f(m) + λ (m − D_σ(m))),    f(m) = ½‖Gm − d‖²

For a denoiser that is homogeneous, D((1 + ε)x) = (1 + ε)D(x), and has a symmetric Jacobian,
m − D_σ(m) is the gradient of ½ mᵀ(m − D_σ(m)), and this is steepest descent on

    f(m) + λ/2 mᵀ(m − D_σ(m)).

If D_σ is non-expansive, ‖D(x) − D(y)‖ ≤ ‖x − y‖, the residual is 2-Lipschitz, and the iterates
converge for τ < 2/(L + 2λ), L = ‖G‖². A trained network is neither symmetric nor quite homogeneous
at a fixed σ: the fixed point, where data and denoiser pull equally, still stands, the objective is
then only its namesake (Reehorst and Schniter 2019, DOI 10.1109/TCI.2018.2880326).

Source: Y. Romano, M. Elad and P. Milanfar, The little engine that could: regularization by
denoising (RED), SIAM J. Imaging Sci. 10 (2017) 1804-1844, DOI 10.1137/16M1102884.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from core.array_types import Image, Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.denoising import (
    SHARPEN_HELP,
    SIGMA_HIGH,
    SIGMA_LOW,
    change,
    make_misfit,
    trained_denoiser,
)
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class RED(IterativeMethod):
    """Steepest descent on the misfit and what the trained denoiser would remove."""

    name: ClassVar[str] = "red"
    family: ClassVar[Family] = "learned"
    title: ClassVar[str] = "RED (regularisation by denoising)"
    idea: ClassVar[str] = "A gradient step on the misfit, and one towards the denoised image."
    equation: ClassVar[str] = (
        r"m_{k+1} = m_k - \tau\bigl(G^T(G m_k - d) + \lambda\,(m_k - D(m_k))\bigr), "
        r"\quad \tau < \frac{2}{L + 2\lambda}"
    )
    source: ClassVar[str] = "Y. Romano, M. Elad and P. Milanfar (2017), doi:10.1137/16M1102884"
    strength: ClassVar[str] = "weight"
    minimises: ClassVar[str] = (
        "½‖Gm − d‖² + ½λ mᵀ(m − D(m)), if the Jacobian of the denoiser is symmetric"
    )
    guarantee: ClassVar[str] = (
        "Converges if the denoiser is non-expansive, which a trained network does not promise."
    )
    cost: ClassVar[str] = "G, Gᵀ and a network in each iteration"
    position: ClassVar[int] = 80
    colour: ClassVar[Hue] = "teal"
    dash: ClassVar[Dash] = "dot"
    network: ClassVar[str | None] = "denoiser"
    benchmark_images: ClassVar[int | None] = 11

    iterations: int = param(60, low=0, high=2000, symbol="k", help="Steps to take.")
    sigma: float = param(
        0.02,
        low=SIGMA_LOW,
        high=SIGMA_HIGH,
        log=True,
        symbol=r"\sigma_D",
        help="The noise level for which the denoiser is set, where the brightest pixel is 1.",
    )
    weight: float = param(
        0.2,
        low=0,
        high=100.0,
        regularises=True,
        log=True,
        unit="L",
        symbol=r"\lambda",
        help="The weight of the denoiser, in units of L, the largest curvature of the misfit.",
    )
    step: float = param(
        1.8,
        low=0.05,
        high=4.0,
        unit="1/(L + 2λ)",
        symbol=r"\tau",
        help="The step. Below 2 it converges, if the denoiser is non-expansive (1-Lipschitz).",
    )
    sharpen: bool = param(True, help=SHARPEN_HELP)

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        denoiser = trained_denoiser()
        misfit = make_misfit(operator, data, sharpen=self.sharpen)
        weight: Any = np.float32(self.weight * misfit.norm_squared)
        tau: Any = np.float32(self.step / (misfit.norm_squared * (1 + 2 * self.weight)))
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        for _ in range(self.iterations):
            removed = image - denoiser(image, self.sigma)
            previous = image
            gradient = misfit.grad(image).reshape(operator.dims)
            image = image - tau * (gradient + weight * removed)
            yield Step(image=image, values=change(image, previous))

    def data_fidelity(self, operator: Projector, data: Sinogram, residual: Sinogram) -> float:
        """½‖S(Gm − d)‖²."""
        return make_misfit(operator, data, sharpen=self.sharpen).of_residual(residual)

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """λ/2 mᵀ(m − D_σ(m)), at the cost of a call to the denoiser."""
        largest = make_misfit(operator, data, sharpen=self.sharpen).norm_squared
        removed = image - trained_denoiser()(image, self.sigma)
        return 0.5 * self.weight * largest * float(np.vdot(image, removed))

    def caution(self) -> str:
        """The bound on τ, where it is broken."""
        if self.step <= 2:
            return ""
        return f"τ = {self.step:g}/(L + 2λ) is beyond its bound 2/(L + 2λ)."
