"""The posterior of a Gaussian prior, exactly: its mean and its samples in closed form.

    m ~ N(0, S),    d = Gm + s·n:    m | d ~ N(μ, S − SGᵀC⁻¹GS),    C = GSGᵀ + s²I

S has the power spectrum of Whittle's covariance (see `gaussian_prior`), with a deviation and a
correlation length that resemble those of heads. The covariance does not depend on the data: what
the standard deviation shows is the scan. A Gaussian knows no edges and no skull, so its samples
look like clouds; what it has is an answer that is known.

Sources: A. Tarantola, Inverse Problem Theory (SIAM, 2005), DOI 10.1137/1.9780898717921;
G. Papandreou and A. Yuille, Gaussian sampling by local perturbations, NIPS 2010.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.methods.base import Dash, Hue
from core.methods.support.gaussian_prior import (
    ROWS,
    GaussianPrior,
    empty_covariance,
    fill,
    posterior_of,
)
from core.methods.support.sampling import Drawn, Noise, SamplingMethod
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class GaussianSamples(SamplingMethod):
    """Samples of the posterior of a Gaussian prior, by perturbed draws of the prior."""

    name: ClassVar[str] = "gaussian_posterior"
    title: ClassVar[str] = "Gaussian posterior"
    idea: ClassVar[str] = "With a Gaussian prior all that the data allow is known in closed form."
    equation: ClassVar[str] = (
        r"m \mid d \sim \mathcal N\bigl(S G^T C^{-1} d,\; S - S G^T C^{-1} G S\bigr), \quad "
        r"C = G S G^T + s^2 I"
    )
    source: ClassVar[str] = (
        "A. Tarantola, Inverse Problem Theory (SIAM, 2005), doi:10.1137/1.9780898717921"
    )
    guarantee: ClassVar[str] = "Exact samples of the posterior, if prior and noise are Gaussian."
    cost: ClassVar[str] = "one Cholesky factor as large as the data, then Gᵀ and G for a sample"
    position: ClassVar[int] = 10
    colour: ClassVar[Hue] = "blue"
    dash: ClassVar[Dash] = "longdash"

    deviation: float = param(
        0.25,
        low=0.01,
        high=2.0,
        log=True,
        help="The prior's standard deviation of a pixel, where the brightest is 1.",
    )
    length: float = param(
        0.04,
        low=0.005,
        high=0.5,
        log=True,
        symbol=r"\ell",
        help="The correlation length in sides of the image; 0.04 is that of heads.",
    )

    def prior_on(self, size: int) -> GaussianPrior:
        """The prior on images of this size."""
        return GaussianPrior(size=size, deviation=self.deviation, length=self.length)

    def steps_planned(self, operator: Projector) -> int:
        """The blocks of C, and the batches."""
        return -(-prod(operator.dimsd) // ROWS) + len(list(self.batches()))

    def draws(self, operator: Projector, data: Sinogram) -> Iterator[Drawn]:
        """See `SamplingMethod`."""
        self.check_fits(operator.size)
        prior = self.prior_on(operator.size)
        covariance = empty_covariance(operator)
        for _ in fill(covariance, operator, prior):
            yield Drawn(images=np.zeros((0, *operator.dims), np.float32))
        posterior = posterior_of(operator, prior, self.deviation_of(data), covariance)
        for numbers in self.batches():
            noise = Noise(self.seed, numbers)
            images = posterior.samples(data, noise(operator.dims), noise(operator.dimsd))
            yield Drawn(images=images, finished=True)
