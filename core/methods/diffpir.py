"""DiffPIR: denoise, fit the data, add new noise, at a noise level that falls.

    x₀ ← prox_ρ(D_σ(x)),    ρ² = σ²/λ
    ε  ← √(1 − ζ)·(x − x₀)/σ + √ζ·z,    z ~ N(0, I)
    x  ← x₀ + σ′ε

D_σ removes noise of strength σ, prox_ρ is that of the data (see `data_prox`), and σ′ is the next,
lower level; the last x₀ is the sample. With λ = ζ = 1 the data are weighed as noise of strength σ
about the denoised image asks for, and all noise is new.

It makes plausible images and is no sampler of the posterior: x₀ is nearly the mean of the images
that a noisy x allows, where a sampler would draw one of them. On a Gaussian prior, where the answer
is known, its samples spread by two thirds of what they should.

Source: Y. Zhu et al., Denoising diffusion models for plug-and-play image restoration, CVPR
Workshops 2023, DOI 10.48550/arXiv.2305.08995.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
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
class DiffPIR(DenoiserSampler):
    """Plausible images by denoising, fitting and new noise in turn."""

    name: ClassVar[str] = "diffpir"
    title: ClassVar[str] = "DiffPIR"
    idea: ClassVar[str] = "Denoise, fit the data, add new noise, a little less each time."
    equation: ClassVar[str] = (
        r"x_0 = \mathrm{prox}_{\sigma/\sqrt\lambda}\bigl(D_\sigma(x)\bigr), \quad "
        r"x \leftarrow x_0 + \sigma' z"
    )
    source: ClassVar[str] = "Y. Zhu et al. (2023), doi:10.48550/arXiv.2305.08995"
    strength: ClassVar[str] = "weight"
    guarantee: ClassVar[str] = (
        "None: its samples spread less than the posterior, by a third on a Gaussian prior."
    )
    position: ClassVar[int] = 20
    colour: ClassVar[Hue] = "orange"
    dash: ClassVar[Dash] = "dashdot"

    steps: int = param(30, low=2, high=200, help="Noise levels, each with a pass of the network.")
    weight: float = param(
        1.0,
        low=0.1,
        high=10.0,
        log=True,
        symbol=r"\lambda",
        help="The weight of the denoised image against the data; 1 is what the noise asks for.",
    )
    renewal: float = param(
        1.0,
        low=0.0,
        high=1.0,
        symbol=r"\zeta",
        help="The part of the noise that is new in each step; with 0 the samples hardly differ.",
    )

    @property
    def steps_of_batch(self) -> int:
        """The noise levels."""
        return self.steps

    def states(self, target: Target, noise: Noise) -> Iterator[Float32Array]:
        """Yield x₀ at each noise level."""
        sigmas = levels(FIRST_SIGMA, LAST_SIGMA, self.steps)
        prox, x = target.prox, target.start(noise, sigmas[0])
        for sigma, lower in pairwise([*sigmas, 0.0]):
            fitted = prox(target.denoise(x, sigma), sigma / sqrt(self.weight))
            yield fitted
            old = np.float32(lower / sigma * sqrt(1 - self.renewal)) * (x - fitted)
            new = np.float32(lower * sqrt(self.renewal)) * noise(target.operator.dims)
            x = fitted + old + new
