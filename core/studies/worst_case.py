"""Worst-case noise for several methods on one scan, as one job (see `core.studies.attack`)."""

from dataclasses import dataclass

from core.errors import InputError
from core.jobs.job import Report
from core.parameters import param, validate
from core.problem.scan import Scan
from core.studies.attack import Attacked, attack
from core.studies.differentiable import has_gradient
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.measurements import measurement_of
from core.studies.solving import EndedError
from core.studies.study import Study


@dataclass(frozen=True, kw_only=True)
class WorstCase(Study[tuple[Attacked, ...]]):
    """Random and worst-case noise of `level`, as Gaussian noise has it, on the data of a scan."""

    scan: Scan
    candidates: tuple[EvaluatedMethod, ...]
    level: float = param(0.01, low=1e-4, high=0.2, log=True, help="Standard deviation over |d|.")
    steps: int = param(20, low=1, high=200, help="Steps of the search.")
    seed: int = param(0, low=0, high=2**32 - 1, typed=True)

    def __post_init__(self) -> None:
        validate(self)
        if not self.candidates:
            raise InputError(
                "Choose at least one of FBP, total variation and the learned methods, but for the "
                "deep image prior: the search is written for them."
            )
        for candidate in self.candidates:
            if not has_gradient(candidate.method, self.scan):
                raise InputError(f"The search is not written for {candidate.title} on this scan.")

    @property
    def job_title(self) -> str:
        """What it is about."""
        return "Worst-case noise"

    def complete(self, result: tuple[Attacked, ...]) -> bool:
        """Whether every method is done."""
        return len(result) == len(self.candidates)

    def compute(self, report: Report) -> tuple[Attacked, ...]:
        """Search for one method after the other; those before a stop are returned."""
        measurement = measurement_of(self.scan)
        reporter = _Reporter(report, len(self.candidates) * (self.steps + 1))
        for number, candidate in enumerate(self.candidates):
            reporter.before, reporter.title = number * (self.steps + 1), candidate.title
            try:
                found = attack(
                    candidate,
                    measurement,
                    level=self.level,
                    steps=self.steps,
                    seed=self.seed,
                    watch=reporter.ended,
                )
            except EndedError:
                break
            reporter.done += (found,)
        return reporter.done


class _Reporter:
    """Reports the steps of one search after the other."""

    def __init__(self, report: Report, total: int) -> None:
        self._report, self._total = report, total
        self.before = 0
        self.title = ""
        self.done: tuple[Attacked, ...] = ()

    def ended(self, step: int) -> bool:
        """Report a step of the present search; True where an end is asked for."""
        return self._report(self.before + step, self._total, part=self.title, parts=self.done)
