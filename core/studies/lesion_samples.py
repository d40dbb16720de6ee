"""Whether a lesion shows in the samples, and what the data alone say of it.

With m₀, m₁ the truth without and with the lesion, the share of it that an image x shows is

    (contrast(x) − contrast(m₀)) / (contrast(m₁) − contrast(m₀)),

0 for none, 1 for all of it (see `core.problem.lesion`). Were everything but the lesion known, the
data would decide by their likelihood ratio,

    ln p(d | m₁)/p(d | m₀) = (‖d − Gm₀‖² − ‖d − Gm₁‖²)/(2s²),

whose mean is ± D²/2 with D = ‖G(m₁ − m₀)‖/s, the trace of the lesion in units of the noise.

Source: H. H. Barrett and K. J. Myers, Foundations of Image Science (Wiley, 2004), chapter 13.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.array_types import Float32Array, Float64Array, Image
from core.jobs.job import Report
from core.methods.support.sampling import SamplingMethod
from core.problem.images import Lesion, WithLesion
from core.problem.lesion import finding, without_lesion
from core.problem.measurement import SimulatedMeasurement
from core.problem.scan import Scan
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.measurements import measurement_of
from core.studies.posterior_samples import draw, informed
from core.studies.solving import EndedError
from core.studies.study import Study

SHOWN = 0.5
"""An image with at least this share of the lesion shows it."""


@dataclass(frozen=True, kw_only=True)
class SingleShare:
    """The share of the lesion in one image of the data without, and of the data with it."""

    title: str
    without: float
    shown: float


@dataclass(frozen=True, kw_only=True, eq=False)
class LesionSamples:
    """Samples (count, size, size) of the data without and with the lesion, and their shares.

    trace : D. log_ratios : ln of the likelihood ratio of the data without and with the lesion.
    singles : what methods that give one image show.
    """

    without: Float32Array
    shown: Float32Array
    shares_without: Float64Array
    shares: Float64Array
    trace: float
    log_ratios: tuple[float, float]
    singles: tuple[SingleShare, ...]

    @property
    def separation(self) -> float:
        """How often a sample with the lesion has a larger share than one without; ½ is chance."""
        pairs = self.shares[:, None] - self.shares_without[None, :]
        return float(np.mean((pairs > 0) + 0.5 * (pairs == 0))) if pairs.size else float("nan")


@dataclass(frozen=True, kw_only=True)
class LesionQuestion(Study[LesionSamples]):
    """Samples of a scan without and with a lesion, beside methods that give one image."""

    scan: Scan
    lesion: Lesion
    method: SamplingMethod
    singles: tuple[EvaluatedMethod, ...] = ()

    def __post_init__(self) -> None:
        self.method.check_fits(self.scan.size)

    @property
    def job_title(self) -> str:
        """What it is about."""
        return "The lesion question"

    def complete(self, result: LesionSamples) -> bool:
        """Whether both scans are sampled and all methods have given their image."""
        count = self.method.samples
        done = len(result.without) == len(result.shown) == count
        return done and len(result.singles) == len(self.singles)

    def compute(self, report: Report) -> LesionSamples:
        """Sample the scan without, then with the lesion; then the methods with one image."""
        cases = tuple(self._measurements())
        truths = cases[0].truth, cases[1].truth
        finding(self.lesion, truths, truths)  # says so where there is nothing to find
        progress = _Progress(report, self.method.steps_planned(cases[0].operator), self)
        for number, measurement in enumerate(cases):
            method = informed(self.method, measurement)
            samples = draw(method, measurement, progress.of_samples(number))
            progress.take(number, samples.images)
            if progress.ended:
                return progress.result
        for one in self.singles:
            try:
                # A tuned weight is that of the head without the lesion, as it is in practice.
                before = one.solve(cases[0], on_iterate=progress.look)
                after = one.solve(cases[1], before.sigma, hold=True, on_iterate=progress.look)
            except EndedError:
                break
            progress.add(one.title, before.image, after.image)
        return progress.result

    def share_of(self, images: Image) -> Float64Array:
        """The share of the lesion in each image (count, size, size)."""
        none, all_of_it = (self.lesion.contrast_in(one.truth) for one in self._measurements())
        found = np.array([self.lesion.contrast_in(image) for image in images])
        return (found - none) / (all_of_it - none)

    def _measurements(self) -> Iterator[SimulatedMeasurement]:
        yield measurement_of(self.scan)
        yield measurement_of(self.sick)

    @property
    def sick(self) -> Scan:
        """The scan with the lesion."""
        image = self.scan.image
        plain = without_lesion(image)
        return replace(self.scan, image=WithLesion(image=plain, lesion=self.lesion))

    def empty(self) -> LesionSamples:
        """What is known before the first sample."""
        healthy, sick = self._measurements()
        change = healthy.operator.project(sick.truth - healthy.truth)
        noise = informed(self.method, healthy).deviation_of(healthy.data)

        def log_ratio(measurement: SimulatedMeasurement) -> float:
            ways = (
                np.linalg.norm(
                    (measurement.data - measurement.operator.project(truth)).astype(np.float64)
                )
                for truth in (healthy.truth, sick.truth)
            )
            without, shown = ways
            return float(without**2 - shown**2) / (2 * noise**2)

        nothing = np.zeros((0, *healthy.operator.dims), np.float32)
        return LesionSamples(
            without=nothing,
            shown=nothing,
            shares_without=np.zeros(0),
            shares=np.zeros(0),
            trace=float(np.linalg.norm(change)) / noise,
            log_ratios=(log_ratio(healthy), log_ratio(sick)),
            singles=(),
        )


class _Progress:
    """Counts the steps of both scans, and a share of them for each method with one image."""

    def __init__(self, report: Report, steps: int, question: LesionQuestion) -> None:
        self._report, self._steps, self._question = report, steps, question
        self._total = 2 * steps + len(question.singles)
        self._done = 0
        self.ended = False
        self.result = question.empty()

    def of_samples(self, number: int) -> Report:
        """What the sampler of one scan reports to."""

        def watch(
            step: int,
            steps: int,
            *,
            image: Image | None = None,
            history: object = None,
            part: str = "",
            parts: tuple[object, ...] = (),
        ) -> bool:
            words = ("without", "with")[number]
            return self._tell(number * self._steps + step, f"{part}, {words} the lesion")

        return watch

    def take(self, number: int, images: Float32Array) -> None:
        """Put the samples of one scan into the result."""
        shares = self._question.share_of(images)
        given = (
            {"without": images, "shares_without": shares}
            if number == 0
            else {"shown": images, "shares": shares}
        )
        self.result = LesionSamples(**{**vars(self.result), **given})

    def look(self, image: Image) -> bool:
        """Report an iterate of a method with one image."""
        count = len(self.result.singles)
        return self._tell(2 * self._steps + count, self._question.singles[count].title)

    def add(self, title: str, before: Image, after: Image) -> None:
        """Put the two images of a method into the result."""
        shares = self._question.share_of(np.stack([before, after]))
        single = SingleShare(title=title, without=float(shares[0]), shown=float(shares[1]))
        self.result = LesionSamples(
            **{**vars(self.result), "singles": (*self.result.singles, single)}
        )

    def _tell(self, step: int, words: str) -> bool:
        self.ended = self._report(step, self._total, part=words, parts=(self.result,))
        return self.ended
