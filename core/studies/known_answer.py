"""A small scan whose prior is Gaussian: the posterior exactly, and what each sampler makes of it.

The denoiser of a Gaussian prior is Wiener's filter, so the samplers that know their prior by a
denoiser run on the very problem that has an answer in closed form.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.array_types import Float32Array, Sinogram
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs.job import Report
from core.methods.annealed_langevin import AnnealedLangevin
from core.methods.diffpir import DiffPIR
from core.methods.split_gibbs import SplitGibbs
from core.methods.support.gaussian_prior import (
    GaussianPrior,
    empty_covariance,
    fill,
    posterior_of,
)
from core.methods.support.sampling import DenoiserSampler
from core.parameters import param, validate
from core.problem.images import ImageSource
from core.projection.projector import Projector, make_projector
from core.studies.known_posterior import Known, exact, judged
from core.studies.linear_estimate import bias_and_variance
from core.studies.study import Study

SIZE = 96
DETECTORS = 48
SAMPLES = 12
BRIGHTNESS = 0.25
"""That of an even image whose data the noise is a share of, so that it is the same for all."""
PLAIN = "plain_langevin"
"""Annealed Langevin without its noise-matching."""


@dataclass(frozen=True, kw_only=True)
class KnownAnswer(Study[Known]):
    """The posterior of a small scan of `image`, or of an image that the prior draws itself."""

    image: ImageSource
    truth: str = param(
        "drawn",
        choices=("drawn", "head"),
        words={"drawn": "From the prior", "head": "The image"},
        title="Truth",
    )
    views: int = param(16, low=4, high=64, title="Views")
    noise: float = param(
        0.01,
        low=0.001,
        high=0.2,
        log=True,
        title="Noise",
        help="Its standard deviation, as a share of the mean of the data of an even image of value "
        "¼.",
    )
    deviation: float = param(
        0.25, low=0.02, high=1.0, log=True, title="The prior's deviation", symbol="a"
    )
    length: float = param(
        0.04,
        low=0.01,
        high=0.3,
        log=True,
        symbol=r"\ell",
        title="Its correlation length",
        help="In sides of the image.",
    )
    seed: int = param(0, low=0, high=2**32 - 1, typed=True, title="Seed")

    def __post_init__(self) -> None:
        validate(self)

    @property
    def job_title(self) -> str:
        """What it is about."""
        return "A known answer"

    def complete(self, result: Known) -> bool:
        """Whether every sampler has drawn."""
        return len(result.samplers) == 1 + len(samplers(self.seed, self.noise))

    @property
    def operator(self) -> Projector:
        """The scanner."""
        beam = ParallelBeam(
            views=EvenViews(angles=self.views), detectors=DETECTORS, detector_width=2.0
        )
        return make_projector(SIZE, beam)

    @property
    def prior(self) -> GaussianPrior:
        """The prior."""
        return GaussianPrior(size=SIZE, deviation=self.deviation, length=self.length)

    def compute(self, report: Report) -> Known:
        """Solve exactly, then run the samplers one after the other."""
        operator, prior = self.operator, self.prior
        truth, data, noise = self._data(operator, prior)
        covariance = empty_covariance(operator)
        for _ in fill(covariance, operator, prior):
            pass
        bias, variance = bias_and_variance(operator, prior, covariance, truth, noise)
        posterior = posterior_of(operator, prior, noise, covariance)
        known = exact(operator, prior, posterior, data, truth, bias, variance, self.seed, SAMPLES)
        methods = samplers(self.seed, noise / float(np.abs(data).mean()))
        total = 1 + sum(_steps(method) for method in methods)
        done = 1
        for method in methods:
            begun, images = time.perf_counter(), np.zeros((0, SIZE, SIZE), np.float32)
            for drawn in method.draws_with(prior.denoised, operator, data):
                done += 1
                if drawn.finished:
                    images = np.concatenate([images, drawn.images])
                if report(done, total, part=method.title, parts=(known,)):
                    return known
            found = judged(
                name_of(method), images, operator, data, noise, known, time.perf_counter() - begun
            )
            known = Known(**{**vars(known), "samplers": (*known.samplers, found)})
        report(total, total, parts=(known,))
        return known

    def _data(
        self, operator: Projector, prior: GaussianPrior
    ) -> tuple[Float32Array, Sinogram, float]:
        """The truth, its data, and the deviation of their noise."""
        random = np.random.default_rng([self.seed, 2**31])
        drawn = prior.draw(random.standard_normal((SIZE, SIZE))).astype(np.float32)
        truth: Float32Array = drawn if self.truth == "drawn" else np.array(self.image.read(SIZE))
        clean = operator.project(truth)
        noise = self.noise * float(operator.rows_sum.mean()) * BRIGHTNESS
        white = random.standard_normal(clean.shape)
        return truth, (clean + noise * white).astype(np.float32), noise


def samplers(seed: int, share: float) -> tuple[DenoiserSampler, ...]:
    """The samplers that know their prior by a denoiser; the last for the sake of its mistake."""
    given: dict[str, Any] = {"samples": SAMPLES, "seed": seed, "data_noise": share}
    return (
        DiffPIR(**given),
        SplitGibbs(**given),
        AnnealedLangevin(**given),
        AnnealedLangevin(**given, matched=False),
    )


def name_of(method: DenoiserSampler) -> str:
    """The name of a sampler among the others."""
    plain = isinstance(method, AnnealedLangevin) and not method.matched
    return PLAIN if plain else method.name


def _steps(method: DenoiserSampler) -> int:
    return len(list(method.batches())) * method.steps_of_batch
