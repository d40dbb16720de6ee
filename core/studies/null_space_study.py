"""What of each method's image came from the data, and what from its null space, as one job."""

from dataclasses import dataclass

from core.array_types import Image
from core.errors import InputError
from core.jobs.job import Report
from core.methods.support.null_space import MOST_ITERATIONS, Split, split
from core.problem.scan import Scan
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.measurements import measurement_of
from core.studies.solving import EndedError
from core.studies.study import Study

TRUTH = "truth"


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """An image and its split; `name` is a candidate's, or `TRUTH`."""

    name: str
    image: Image
    split: Split


@dataclass(frozen=True, kw_only=True)
class UnseenParts(Study[tuple[Part, ...]]):
    """The null-space components of the truth and of what each candidate makes of the data."""

    scan: Scan
    candidates: tuple[EvaluatedMethod, ...]

    def __post_init__(self) -> None:
        if not self.candidates:
            raise InputError("Choose at least one method.")

    @property
    def job_title(self) -> str:
        """What it is about."""
        return "What came from the prior"

    def complete(self, result: tuple[Part, ...]) -> bool:
        """Whether the truth and all images are split."""
        return len(result) == 1 + len(self.candidates)

    def compute(self, report: Report) -> tuple[Part, ...]:
        """Reconstruct and split one after the other; what is done before a stop is returned."""
        measurement = measurement_of(self.scan)
        reporter = _Reporter(report, len(self.candidates))
        for candidate in (None, *self.candidates):
            reporter.title = candidate.title if candidate else "the truth"
            if candidate is None:
                image, name = measurement.truth, TRUTH
            else:
                try:
                    image = candidate.solve(measurement, on_iterate=reporter.solving).image
                except EndedError:
                    break
                name = candidate.name
                reporter.before += MOST_ITERATIONS
            halves = split(measurement.operator, image, reporter.splitting)
            if not halves.whole:
                break
            reporter.before += MOST_ITERATIONS
            reporter.parts += (Part(name=name, image=image, split=halves),)
        return reporter.parts


class _Reporter:
    """Counts a solve as much as a split, for neither is known to be shorter."""

    def __init__(self, report: Report, solves: int) -> None:
        self._report = report
        self._total = (2 * solves + 1) * MOST_ITERATIONS
        self.before = 0
        self.title = ""
        self.parts: tuple[Part, ...] = ()

    def solving(self, image: Image) -> bool:
        """Report an iterate."""
        return self._report(
            self.before, self._total, image=image, part=self.title, parts=self.parts
        )

    def splitting(self, iteration: int) -> bool:
        """Report an iteration of CGLS."""
        return self._report(
            self.before + iteration, self._total, part=f"splitting {self.title}", parts=self.parts
        )
