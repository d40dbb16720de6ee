"""Split Gibbs sampling: draw given the data and given the prior, in turn.

    p(x, z | d) ∝ exp(−‖Gx − d‖²/(2s²)) · exp(−‖x − z‖²/(2ρ²)) · p(z)

    x ~ N(d | Gx, s²I) · N(x | z, ρ²I):    x ← prox_ρ(z + ρe₂, d + se₁)
    z ~ N(x | z, ρ²I) · p(z):              noise of strength ρ is removed from x, at random

The first is Gaussian, and perturbed data and prior make it an exact draw (see `data_prox`). The
second is the reverse of a diffusion from the level ρ, in steps σ → qσ:

    z ← D_σ(z) + q²(z − D_σ(z)) + qσ√(1 − q²)·e

For ρ → 0 the samples are those of the posterior, and the steps are infinitely short: so ρ falls
while the chain runs, and stays at its last value for the last sweeps.

Sources: M. Vono, N. Dobigeon and P. Chainais, Split-and-augmented Gibbs sampler, IEEE Trans. Signal
Process. 67 (2019) 1648-1661, DOI 10.1109/TSP.2019.2894825; with a diffusion as the prior:
F. Coeurdoux, N. Dobigeon and P. Chainais, Plug-and-play split Gibbs sampler, IEEE Trans. Image
Process. 33 (2024), DOI 10.1109/TIP.2024.3404338.
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

LAST_RHO = 0.02
LAST_SIGMA = 0.01
"""Where the coupling ρ and the diffusion within a sweep end."""


@final
@dataclass(frozen=True, kw_only=True)
class SplitGibbs(DenoiserSampler):
    """Alternate draws given the data and given the prior, tied ever closer."""

    name: ClassVar[str] = "split_gibbs"
    title: ClassVar[str] = "Split Gibbs"
    idea: ClassVar[str] = "Draw an image that fits the data, then one that the prior knows."
    equation: ClassVar[str] = (
        r"x \sim \mathcal N(d \mid Gx, s^2)\,\mathcal N(x \mid z, \rho^2), \quad "
        r"z \sim \mathcal N(x \mid z, \rho^2)\, p(z)"
    )
    source: ClassVar[str] = "F. Coeurdoux et al. (2024), doi:10.1109/TIP.2024.3404338"
    guarantee: ClassVar[str] = (
        "Samples the posterior for ρ → 0 and long chains with an exact denoiser; these are short."
    )
    position: ClassVar[int] = 30
    colour: ClassVar[Hue] = "green"
    dash: ClassVar[Dash] = "dot"

    sweeps: int = param(20, low=2, high=200, help="Draws of both parts while ρ falls.")
    last_sweeps: int = param(5, low=0, high=100, help="Further sweeps at the last ρ.")
    ratio: float = param(
        0.8, low=0.3, high=0.95, symbol="q", help="The step of the diffusion that removes noise."
    )

    @property
    def steps_of_batch(self) -> int:
        """The sweeps."""
        return self.sweeps + self.last_sweeps

    def states(self, target: Target, noise: Noise) -> Iterator[Float32Array]:
        """Yield z after each sweep."""
        dims, dimsd, prox = target.operator.dims, target.operator.dimsd, target.prox
        rhos = levels(FIRST_SIGMA, LAST_RHO, self.sweeps) + [LAST_RHO] * self.last_sweeps
        z = target.start(noise, rhos[0])
        for rho in rhos:
            perturbed = target.data + np.float32(target.deviation) * noise(dimsd)
            x = prox(z + np.float32(rho) * noise(dims), rho, perturbed)
            z = self._cleaned(x, rho, target, noise)
            yield z

    def _cleaned(self, x: Float32Array, rho: float, target: Target, noise: Noise) -> Float32Array:
        """A draw of z given x: the diffusion reversed from ρ."""
        q, sigma = self.ratio, rho
        while q * sigma > LAST_SIGMA:
            clean = target.denoise(x, sigma)
            new = np.float32(q * sigma * sqrt(1 - q**2)) * noise(target.operator.dims)
            x = clean + np.float32(q**2) * (x - clean) + new
            sigma *= q
        return target.denoise(x, sigma)
