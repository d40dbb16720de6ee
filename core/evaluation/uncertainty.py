"""How honest the samplers are: their spread against their error on slices of two heads.

For each scan and sampler, samples of `slices` slices of both demonstration sets are drawn. The
factor α on the spread of a slice is found once on the other slices of its own head, once on the
slices of the other head: the difference is what exchangeability costs.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.benchmark import spread
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.keys import content_key
from core.methods.annealed_langevin import AnnealedLangevin
from core.methods.diffpir import DiffPIR
from core.methods.gaussian_posterior import GaussianSamples
from core.methods.split_gibbs import SplitGibbs
from core.methods.support.sampling import SamplingMethod
from core.parameters import settings_of
from core.problem.calibration import (
    Errors,
    alpha_of,
    blurred_correlation,
    errors_of,
    width_of,
)
from core.problem.images import StoredImage, demo_sets
from core.problem.metrics import snr
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.posterior_samples import draw, informed

SIZE = 160
NOISE = 0.01
VIEWS: Mapping[str, EvenViews] = {
    "41 views": EvenViews(angles=41),
    "21 views": EvenViews(angles=21),
    "27 views over 120°": EvenViews(angles=27, arc=120.0),
}
"""The scans by their names: 160 × 160 pixels, 80 detectors 2 pixels wide, 1 % Gaussian noise."""

BLUR = 2.0
DIGITS = 16


def samplers(samples: int) -> tuple[SamplingMethod, ...]:
    """The samplers with their defaults."""
    return (
        GaussianSamples(samples=samples),
        DiffPIR(samples=samples),
        SplitGibbs(samples=samples),
        AnnealedLangevin(samples=samples),
    )


@dataclass(frozen=True, kw_only=True)
class SampledRow:
    """The scores of the samples of one slice; `coverage…` are those of the 90 % interval.

    `coverage_own` has the factor `alpha` of other slices of the same head, `coverage_other` that of
    the other head, `coverage_constant` one width for all pixels, from the same head; `quarter_…`
    are the coverages of `own` and `constant` in the quarter with the most spread. `seconds` are of
    CPU time for one sample.
    """

    scan: str
    method: str
    subject: str
    number: int
    digest: str
    samples: int
    snr: float
    snr_of_samples: float
    residual: float
    spread_over_skill: float
    correlation: float
    correlation_blurred: float
    coverage: float
    alpha: float
    coverage_own: float
    coverage_other: float
    coverage_constant: float
    quarter_own: float
    quarter_constant: float
    seconds: float


def scan_of(name: str, subject: str, number: int) -> Scan:
    """One of the scans, of a slice."""
    return Scan(
        image=StoredImage(set=subject, slice=number),
        size=SIZE,
        beam=ParallelBeam(views=VIEWS[name], detectors=SIZE // 2, detector_width=2.0),
        noise=GaussianNoise(level=NOISE),
    )


def digest_of(name: str, method: SamplingMethod, slices: int) -> str:
    """What stands for a sampler's settings, its network's weights, the slices and the scan."""
    from core.networks.weights import digest_of as digest_of_weights

    weights = digest_of_weights(method.network) if method.network else ""
    settings = sorted((name, repr(value)) for name, value in settings_of(method).items())
    scan = SIZE, NOISE, VIEWS[name], BLUR
    return content_key(method.name, settings, weights, slices, scan)[:DIGITS]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Case:
    """A slice with its samples judged, before other slices are looked at."""

    subject: str
    number: int
    errors: Errors
    measures: Mapping[str, float]


def rows_of(
    name: str, method: SamplingMethod, slices: int, advance: Callable[[], object] = lambda: None
) -> tuple[SampledRow, ...]:
    """The rows of one scan and one sampler; `advance` is called after each slice."""
    cases = []
    for entry in demo_sets():
        for number in spread(entry.slices, slices):
            cases.append(_sampled(name, method, entry.name, number))
            advance()
    digest = digest_of(name, method, slices)
    return tuple(
        SampledRow(
            scan=name,
            method=method.name,
            subject=case.subject,
            number=case.number,
            digest=digest,
            samples=method.samples,
            **case.measures,
            **_recalibrated(case, cases),
        )
        for case in cases
    )


def _sampled(name: str, method: SamplingMethod, subject: str, number: int) -> _Case:
    measurement = scan_of(name, subject, number).simulate()
    begun = time.process_time()
    samples = draw(informed(method, measurement), measurement, lambda *_, **__: False)
    seconds = (time.process_time() - begun) / len(samples.images)
    truth = measurement.truth
    errors = errors_of(samples.images, truth)
    return _Case(
        subject=subject,
        number=number,
        errors=errors,
        measures={
            "snr": snr(samples.mean, truth),
            "snr_of_samples": float(np.mean([snr(image, truth) for image in samples.images])),
            "residual": float(samples.residuals.mean()),
            "spread_over_skill": errors.spread_over_skill,
            "correlation": errors.correlation,
            "correlation_blurred": blurred_correlation(samples.images, truth, BLUR),
            "coverage": errors.coverage(),
            "seconds": seconds,
        },
    )


def _recalibrated(case: _Case, cases: Sequence[_Case]) -> dict[str, float]:
    own = tuple(_others(case, cases, same=True)) or (case.errors,)
    other = tuple(_others(case, cases, same=False)) or own
    alpha, width = alpha_of(own), width_of(own)
    most = case.errors.only(case.errors.quarters()[3])
    return {
        "alpha": alpha,
        "coverage_own": case.errors.coverage(alpha=alpha),
        "coverage_other": case.errors.coverage(alpha=alpha_of(other)),
        "coverage_constant": case.errors.coverage_of_width(width),
        "quarter_own": most.coverage(alpha=alpha),
        "quarter_constant": most.coverage_of_width(width),
    }


def _others(case: _Case, cases: Sequence[_Case], *, same: bool) -> Iterator[Errors]:
    for one in cases:
        if (one.subject == case.subject) == same and one is not case:
            yield one.errors
