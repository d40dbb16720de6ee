"""What is known of a small problem: the exact posterior, and how each sampler compares with it."""

import time
from dataclasses import dataclass

import numpy as np

from core.array_types import Float32Array, Float64Array, Sinogram
from core.methods.gaussian_posterior import GaussianSamples
from core.methods.support.gaussian_prior import GaussianPosterior, GaussianPrior
from core.methods.support.sampling import Noise
from core.projection.projector import Projector
from core.studies.linear_estimate import rms, variance_left


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownSamples:
    """Samples of the small problem by one sampler; `name` is its method's.

    ratio : the root mean square of their standard deviation over that of the exact one.
    residual : ‖Gx − d‖/(s√n), the mean over the samples; offset : the distance of their mean from
        the exact mean, over the exact deviation, both as root mean squares.
    seconds : for one sample.
    """

    name: str
    images: Float32Array
    deviation: Float32Array
    ratio: float
    residual: float
    offset: float
    seconds: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """The exact posterior of the small problem, and the samplers so far, the exact one first.

    seen, unseen : the part of the prior's variance that is left in what the data depend on, and in
        what leaves no trace in them.
    bias, variance : (strengths,), root mean squares over the pixels of what the posterior mean is
        wrong by without noise, and of what the noise moves it by, for every deviation that the
        prior might have.
    """

    truth: Float32Array
    mean: Float32Array
    deviation: Float32Array
    seen: float
    unseen: float
    bias: Float64Array
    variance: Float64Array
    samplers: tuple[KnownSamples, ...]

    @property
    def error(self) -> float:
        """The root mean square error of the posterior mean."""
        return rms(self.mean - self.truth)

    @property
    def spread(self) -> float:
        """The root mean square of the exact deviation."""
        return rms(self.deviation)


def exact(
    operator: Projector,
    prior: GaussianPrior,
    posterior: GaussianPosterior,
    data: Sinogram,
    truth: Float32Array,
    bias: Float64Array,
    variance: Float64Array,
    seed: int,
    count: int,
) -> Known:
    """The exact answer, with `count` exact samples."""
    noise, begun = Noise(seed, range(count)), time.perf_counter()
    images = posterior.samples(data, noise(operator.dims), noise(operator.dimsd))
    seconds = time.perf_counter() - begun
    seen, unseen = variance_left(operator, prior, images)
    known = Known(
        truth=truth,
        mean=posterior.mean(data),
        deviation=posterior.deviation(),
        seen=seen,
        unseen=unseen,
        bias=bias,
        variance=variance,
        samplers=(),
    )
    found = judged(GaussianSamples.name, images, operator, data, posterior.noise, known, seconds)
    return Known(**{**vars(known), "samplers": (found,)})


def judged(
    name: str,
    images: Float32Array,
    operator: Projector,
    data: Sinogram,
    noise: float,
    known: Known,
    seconds: float,
) -> KnownSamples:
    """Samples of a sampler, compared with the exact answer; `seconds` is for all of them."""
    deviation: Float32Array = images.std(axis=0, ddof=1)
    misfit = operator.project(images) - data
    return KnownSamples(
        name=name,
        images=images,
        deviation=deviation,
        ratio=rms(deviation) / known.spread,
        residual=float(np.mean([rms(one) for one in misfit])) / noise,
        offset=rms(images.mean(axis=0) - known.mean) / known.spread,
        seconds=seconds / len(images),
    )
