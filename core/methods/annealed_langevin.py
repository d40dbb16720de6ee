"""Annealed Langevin dynamics with noise that is matched to its level.

    x ← x + c·[(D_σ(x) − x) + (prox_σ(x) − x)] + κσz,    z ~ N(0, I),    κ² = 1 − (1 − c)²

at noise levels σ that fall slowly. D_σ(x) − x = σ²∇log p_σ(x) is the score of the prior (Tweedie's
formula), and prox_σ(x) − x = σ²Gᵀ(s²I + σ²GGᵀ)⁻¹(d − Gx) that of data whose misfit has the noise of
x in it as well. A step shrinks the noise of x by 1 − c, and κ brings it back to σ exactly. Plain
Langevin steps of this length have κ² = 2c, which holds for small c only: the noise that is too much
stays in the samples as grain.

The trap: the denoiser is told σ. Where x has a little more noise than that, as a level that falls
too fast leaves it, the denoiser keeps the rest for structure, and the samples turn grainy. Grain
widens the standard deviation everywhere alike, and so may bring the coverage to where it should be
by accident.

Sources: Z. Kadkhodaie and E. P. Simoncelli, Stochastic solutions for linear inverse problems using
the prior implicit in a denoiser, NeurIPS 2021, DOI 10.48550/arXiv.2007.13640; the term of the data:
B. Kawar, G. Vaksman and M. Elad, SNIPS, NeurIPS 2021, DOI 10.48550/arXiv.2105.14951.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar, final

import numpy as np

from core.array_types import Float32Array
from core.methods.base import Dash, Hue
from core.methods.support.sampling import FIRST_SIGMA, DenoiserSampler, Noise, Target, levels
from core.parameters import param

LAST_SIGMA = 0.01


@final
@dataclass(frozen=True, kw_only=True)
class AnnealedLangevin(DenoiserSampler):
    """Langevin steps at falling noise levels, with the score of a denoiser."""

    name: ClassVar[str] = "annealed_langevin"
    title: ClassVar[str] = "Annealed Langevin"
    idea: ClassVar[str] = "Climb the probability with noise, and let the noise fall."
    equation: ClassVar[str] = (
        r"x \leftarrow x + c\,\bigl[D_\sigma(x) - x + \mathrm{prox}_\sigma(x) - x\bigr] "
        r"+ \kappa\sigma z"
    )
    source: ClassVar[str] = (
        "Z. Kadkhodaie and E. P. Simoncelli (2021), doi:10.48550/arXiv.2007.13640"
    )
    guarantee: ClassVar[str] = (
        "Samples the posterior of a Gaussian prior as the levels grow dense; with a network its "
        "error enters as grain."
    )
    position: ClassVar[int] = 40
    colour: ClassVar[Hue] = "slate"
    dash: ClassVar[Dash] = "dashdot"

    steps: int = param(60, low=10, high=400, help="Noise levels, each with a pass of the network.")
    step: float = param(
        0.3, low=0.02, high=0.5, symbol="c", help="The part of the way to go in each step."
    )
    matched: bool = param(
        True,
        help="κ² = 1 − (1 − c)² keeps the noise at its level; without it κ² = 2c, as for steps "
        "that are infinitely short.",
    )

    @property
    def steps_of_batch(self) -> int:
        """The noise levels, and the last fit."""
        return self.steps + 1

    def states(self, target: Target, noise: Noise) -> Iterator[Float32Array]:
        """Yield x at each noise level, and at last x without its noise."""
        sigmas = levels(FIRST_SIGMA, LAST_SIGMA, self.steps)
        prox, x = target.prox, target.start(noise, sigmas[0])
        length = np.float32(self.step)
        kappa = sqrt(1 - (1 - self.step) ** 2 if self.matched else 2 * self.step)
        for sigma in sigmas:
            towards = target.denoise(x, sigma) + prox(x, sigma) - 2 * x
            new = np.float32(kappa * sigma) * noise(target.operator.dims)
            x = x + length * towards + new
            yield x
        yield prox(target.denoise(x, LAST_SIGMA), LAST_SIGMA)
