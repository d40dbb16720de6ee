"""Plug-and-play: a proximal algorithm whose prox is a denoiser.

    proximal_gradient:  m ← T(m − τ∇f(m))
    admm:               x ← prox_{τf}(m − u),    m ← T(x + u),    u ← u + x − m
    gradient_step:      m ← prox_{τf}(m − τλ∇g(m)),    g(x) = ½‖x − D_σ(x)‖²

T = (1 − α)I + αD_σ for a network D_σ that removes noise of strength σ, and f(m) = ½‖Gm − d‖².
prox_{σ²φ} is the most probable image with the prior φ (MAP) given a copy of it with noise σ: so a
denoiser takes its place. A network trained on the squared error gives the mean of those images
instead (MMSE), for which x − D_σ(x) = −σ²∇log p_σ(x) (Tweedie's formula); it is the prox of another
function (Gribonval 2011, DOI 10.1109/TSP.2011.2107908). σ ties the two together: where the data
have noise s, τ = σ²/s².

A network need not be the prox of any prior, so convergence is not guaranteed. If D_σ is
non-expansive (1-Lipschitz) and there is a fixed point, T with α < 1 is averaged and proximal
gradient converges for τ < 2/L (Pesquet); for strongly convex f it is enough that the residual
x − D_σ(x) is L-Lipschitz with a small L, which α makes α times smaller (Ryu). A trained network
promises neither, and with a null space f is not strongly convex. Beyond α = 2 what D_σ takes out
as noise comes back with its sign turned and larger, and the iterates never settle. The gradient
step needs no promise: g is the squared residual, its true gradient comes from backpropagation, and
τ is halved until f + λg falls by enough, so every limit point is a stationary point of f + λg.
(Hurault et al. go further and train D_σ to be I − ∇g.)

Sources: S. Venkatakrishnan, C. Bouman and B. Wohlberg, GlobalSIP 2013, 945-948,
DOI 10.1109/GlobalSIP.2013.6737048; E. Ryu et al., Plug-and-play methods provably converge with
properly trained denoisers, ICML 2019, 5546-5557; J.-C. Pesquet et al., SIAM J. Imaging Sci. 14
(2021) 1206-1237, DOI 10.1137/20M1387961; S. Hurault, A. Leclaire and N. Papadakis, Gradient step
denoiser for convergent plug-and-play, ICLR 2022; falling σ: K. Zhang et al., IEEE TPAMI 44 (2022),
DOI 10.1109/TPAMI.2021.3088914.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from core.array_types import Float32Array, Image, Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.data_fidelity import LARGEST, DataFidelity
from core.methods.support.denoising import (
    SHARPEN_HELP,
    SIGMA_HIGH,
    SIGMA_LOW,
    Denoiser,
    change,
    make_misfit,
    trained_denoiser,
)
from core.methods.support.noise_level import noise_level
from core.parameters import param
from core.projection.projector import Projector

DESCENT = 0.1
"""Part of ‖m⁺ − m‖²/τ by which f + λg must fall, below Hurault's ½."""
HALVINGS = 20
ROUNDING = 1e-6
"""Part of f + λg that rounding may add: at the minimum no step would fall by as much as it asks."""


@final
@dataclass(frozen=True, kw_only=True)
class PlugAndPlay(IterativeMethod):
    """Proximal gradient, ADMM or a provably falling gradient step with the trained denoiser."""

    name: ClassVar[str] = "plug_and_play"
    family: ClassVar[Family] = "learned"
    title: ClassVar[str] = "Plug-and-play"
    idea: ClassVar[str] = "Where a proximal algorithm would call the prior's prox, call a denoiser."
    equation: ClassVar[str] = (
        r"m_{k+1} = D\bigl(m_k - \tau\, G^T(G m_k - d)\bigr) \quad\text{for}\quad "
        r"\mathrm{prox}_{\tau g}"
    )
    source: ClassVar[str] = (
        "S. Venkatakrishnan, C. Bouman and B. Wohlberg (2013), doi:10.1109/GlobalSIP.2013.6737048"
    )
    strength: ClassVar[str] = "balance"
    minimises: ClassVar[str] = "as a gradient step ½‖Gm − d‖² + λg(m); otherwise nothing"
    guarantee: ClassVar[str] = (
        "None for a denoiser that may be expansive; every limit point of the gradient step is a "
        "stationary point of f + λg."
    )
    cost: ClassVar[str] = "a least-squares problem and a network in each iteration"
    position: ClassVar[int] = 70
    colour: ClassVar[Hue] = "teal"
    dash: ClassVar[Dash] = "dash"
    network: ClassVar[str | None] = "denoiser"
    benchmark_images: ClassVar[int | None] = 11

    solver: str = param(
        "admm",
        choices=("proximal_gradient", "admm", "gradient_step"),
        help="Which algorithm the denoiser is plugged into; with the gradient step an objective "
        "falls.",
    )
    iterations: int = param(20, low=0, high=1000, symbol="k", help="Steps to take.")
    sigma: float = param(
        0.01,
        low=SIGMA_LOW,
        high=SIGMA_HIGH,
        log=True,
        symbol=r"\sigma_D",
        help="The noise level for which the denoiser is set, where the brightest pixel is 1.",
    )
    first_sigma: float = param(
        0.05,
        low=SIGMA_LOW,
        high=SIGMA_HIGH,
        log=True,
        help="σ_D at the start; it falls to its value over the first half of the steps.",
    )
    relaxation: float = param(
        0.9,
        low=0.05,
        high=3.0,
        symbol=r"\alpha",
        help="Below 1 the denoiser is averaged with doing nothing; 1 is the denoiser as it is; "
        "beyond 1 it overshoots. For the gradient step it is the weight of the denoiser's "
        "residual.",
    )
    step: float = param(
        1.0,
        low=0.05,
        high=3.0,
        unit="1/L",
        symbol=r"\tau",
        help="The step of proximal gradient in units of 1/L; below 2.",
        only=("solver", ("proximal_gradient",)),
    )
    sharpen: bool = param(
        True,
        help=SHARPEN_HELP + " For proximal gradient.",
        only=("solver", ("proximal_gradient",)),
    )
    balance: float = param(
        10.0,
        low=0.01,
        high=100.0,
        regularises=True,
        log=True,
        symbol=r"\beta",
        help="The weight of the data for ADMM and the gradient step: τ = βσ_D²/s², with the noise "
        "s estimated from the data.",
        only=("solver", ("admm", "gradient_step")),
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        denoiser = trained_denoiser()
        run = {"admm": self._admm, "gradient_step": self._gradient_step}
        return run.get(self.solver, self._proximal_gradient)(operator, data, denoiser)

    def caution(self) -> str:
        """The bound on τ or on α, where it is broken."""
        if self.solver == "proximal_gradient" and self.step > 2:
            return f"τ = {self.step:g}/L is beyond its bound 2/L."
        if self.solver != "gradient_step" and self.relaxation > 1:
            return (
                f"α = {self.relaxation:g} is beyond 1: the denoiser overshoots, and nothing says "
                "that the iterates settle."
            )
        return ""

    def sigma_at(self, number: int) -> float:
        """σ of a step: from `first_sigma` to `sigma` over the first half, evenly in its log."""
        left = max(0.0, 1 - 2 * number / self.iterations)
        return float(self.sigma * (self.first_sigma / self.sigma) ** left)

    def tau(self, operator: Projector, data: Sinogram, sigma: float) -> float:
        """τ = βσ²/s², not above what float32 resolves in I + τGGᵀ."""
        tau = self.balance * (sigma / noise_level(data)) ** 2
        return min(tau, LARGEST / operator.norm_squared)

    def _relaxed(self, denoiser: Denoiser, image: Image, sigma: float) -> Float32Array:
        share: Any = np.float32(self.relaxation)
        relaxed: Float32Array = image + share * (denoiser(image, sigma) - image)
        return relaxed

    def _proximal_gradient(
        self, operator: Projector, data: Sinogram, denoiser: Denoiser
    ) -> Iterator[Step]:
        misfit = make_misfit(operator, data, sharpen=self.sharpen)
        tau: Any = np.float32(self.step / misfit.norm_squared)
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        for number in range(self.iterations):
            point = image - tau * misfit.grad(image).reshape(operator.dims)
            image, previous = self._relaxed(denoiser, point, self.sigma_at(number)), image
            yield Step(image=image, values=change(image, previous))

    def _admm(self, operator: Projector, data: Sinogram, denoiser: Denoiser) -> Iterator[Step]:
        misfit = DataFidelity(operator, data)
        image = np.zeros(operator.dims, np.float32)
        u = np.zeros_like(image)
        yield Step(image=image)
        for number in range(self.iterations):
            sigma = self.sigma_at(number)
            tau = self.tau(operator, data, sigma)
            x = misfit.prox(image - u, tau).reshape(operator.dims)
            image, previous = self._relaxed(denoiser, x + u, sigma), image
            u = u + x - image
            yield Step(image=image, values=change(image, previous))

    def _gradient_step(
        self, operator: Projector, data: Sinogram, denoiser: Denoiser
    ) -> Iterator[Step]:
        misfit = DataFidelity(operator, data)
        tau = self.tau(operator, data, self.sigma)
        weight = self.relaxation / tau
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        for number in range(self.iterations):
            sigma = self.sigma_at(number)
            value, slope = denoiser.potential_gradient(image, sigma)
            before = misfit(image) + weight * value
            previous = image
            for _ in range(HALVINGS):
                point = previous - np.float32(tau * weight) * slope
                image = misfit.prox(point, tau).reshape(operator.dims)
                fall = before - misfit(image) - weight * denoiser.potential(image, sigma)
                fall += ROUNDING * before
                if fall >= DESCENT / tau * float(np.sum(np.square(image - previous))):
                    break
                tau /= 2
            yield Step(image=image, values=change(image, previous))

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """λg(m) at the last σ for the gradient step; else there is no prior."""
        if self.solver != "gradient_step":
            return 0.0
        weight = self.relaxation / self.tau(operator, data, self.sigma)
        return weight * trained_denoiser().potential(image, self.sigma)
