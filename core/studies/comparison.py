"""Several methods on several scans, as one job: the table of scores, and all images."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.array_types import Image
from core.errors import InputError
from core.jobs.job import Report
from core.methods.base import Method
from core.methods.support.reconstruction import Progress, Reconstruction, reconstruct
from core.problem.measurement import Measurement, SimulatedMeasurement, Source
from core.studies.comparison_result import (
    MEASURES,
    ComparisonResult,
    Course,
    Remark,
    StoredImage,
)
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.held_out import held_out_errors
from core.studies.measurements import measurement_of
from core.studies.solving import EndedError
from core.studies.study import Study
from core.studies.tuned import Tuned

LARGEST = 1e4
"""Pixels are clipped to ± this: half precision has no number beyond 65 504."""

NO_IMAGE: StoredImage = np.zeros((0, 0), np.float16)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Comparison(Study[ComparisonResult]):
    """The question what each candidate makes of each scan, all of one image size.

    With `hold`, tuned candidates keep the weight that suits the first scan. `slow_scans` is the
    number of scans, the first ones, that slow candidates are given; None for all. `keep` says
    which images the result has: none, or all in half or in single precision.
    """

    scans: tuple[Source, ...]
    candidates: tuple[EvaluatedMethod, ...]
    title: str
    hold: bool = False
    slow_scans: int | None = None
    keep: Literal["none", "half", "single"] = "half"

    def __post_init__(self) -> None:
        if not self.candidates:
            raise InputError("Choose at least one method.")
        if len({scan.size for scan in self.scans}) != 1:
            raise InputError("The scans of a comparison must have images of one size.")

    @property
    def solves(self) -> int:
        """How many reconstructions it takes; the search for a weight counts as one with it."""
        return len(list(self._cells()))

    def _cells(self) -> Iterator[tuple[int, int]]:
        """The scan and the candidate of each solve."""
        for scan in range(len(self.scans)):
            for number, candidate in enumerate(self.candidates):
                if not candidate.slow or self.slow_scans is None or scan < self.slow_scans:
                    yield scan, number

    @property
    def job_title(self) -> str:
        """Its title."""
        return self.title

    def complete(self, result: ComparisonResult) -> bool:
        """Whether all solves are done."""
        return result.done == self.solves

    def compute(self, report: Report) -> ComparisonResult:
        """Solve one after the other; what is done before a stop is returned."""
        table = _Table(self)
        for scan, number in self._cells():
            candidate, so_far = self.candidates[number], table.so_far()
            ask = _Asker(report, so_far, self.solves, candidate.title)
            try:
                measurement = measurement_of(self.scans[scan])
                hint = table.last_value(number)
                tuned = candidate.tuned(measurement, hint, hold=self.hold, on_iterate=ask.iterate)
                _warm_up(tuned.method, measurement)
                result = reconstruct(tuned.method, measurement, ask.step)
                if result.stop == "stopped":
                    return so_far
                held_out = np.nan
                if not isinstance(measurement, SimulatedMeasurement):
                    held_out, _ = held_out_errors(tuned.method, measurement, ask.iterate)
            except EndedError:
                return so_far
            except InputError as error:
                table.refuse(scan, number, str(error))
            except Exception as error:  # one method must not take the others with it
                log.exception("%s failed in a comparison.", candidate.title)
                kind = type(error).__name__
                sentence = f"An error of the program ({kind}), which its log describes."
                table.refuse(scan, number, sentence)
            else:
                table.put(scan, number, tuned, result, held_out)
        found = table.so_far()
        report(found.done, self.solves, parts=(found,))
        return found


def _warm_up(method: Method, measurement: Measurement) -> None:
    """Take the first step of a network before the clock starts.

    Its weights stay in memory, and so does what PyTorch sets up at its first use, which takes
    longer than the network itself.
    """
    if method.network is not None:
        next(method.iterate(measurement.operator, measurement.data))


@dataclass(frozen=True, eq=False)
class _Asker:
    """Reports the progress of one solve, and asks whether to go on."""

    report: Report
    so_far: ComparisonResult
    solves: int
    title: str

    def iterate(self, image: Image) -> bool:
        return self.report(
            self.so_far.done, self.solves, image=image, part=self.title, parts=(self.so_far,)
        )

    def step(self, progress: Progress) -> bool:
        return self.iterate(progress.image)


class _Table:
    """The results as they come in."""

    def __init__(self, comparison: Comparison) -> None:
        shape = len(comparison.scans), len(comparison.candidates)
        self._comparison = comparison
        self._table = np.full((len(MEASURES), *shape), np.nan)
        self._images: list[StoredImage] = [NO_IMAGE] * (shape[0] * shape[1])
        self._courses: list[Course] = []
        self._remarks: list[Remark] = []
        self._done = 0

    def put(
        self, scan: int, number: int, tuned: Tuned, result: Reconstruction, held_out: float
    ) -> None:
        """Add a reconstruction, its scores and its course."""
        history = result.history
        scores = {
            **{name: history.last(name) for name in ("snr", "psnr", "ssim", "residual")},
            "held_out": held_out,
            "seconds": result.seconds,
            "iterations": history.last("iteration"),
            "value": np.nan if tuned.value is None else tuned.value,
        }
        self._table[:, scan, number] = [scores[name] for name in MEASURES]
        self._images[scan * self._table.shape[2] + number] = self._stored(result.image)
        known = np.isfinite(history["snr"]) | np.isnan(history.last("snr"))
        columns = {name: history[name][known] for name in ("seconds", "snr", "residual")}
        self._courses.append(Course(scan=scan, candidate=number, **columns))
        if tuned.rule:
            self._remark("rule", scan, number, tuned.rule)
        if result.stop == "diverged" or tuned.method.caution():
            self._remark("note", scan, number, result.message)
        self._done += 1

    def _stored(self, image: Image) -> StoredImage:
        if self._comparison.keep == "single":
            return image
        if self._comparison.keep == "none":
            return NO_IMAGE
        return np.clip(np.nan_to_num(image), -LARGEST, LARGEST).astype(np.float16)

    def refuse(self, scan: int, number: int, sentence: str) -> None:
        """Note that a candidate cannot do this."""
        self._remark("failed", scan, number, sentence)
        self._done += 1

    def _remark(
        self, kind: Literal["failed", "rule", "note"], scan: int, number: int, sentence: str
    ) -> None:
        title = self._comparison.candidates[number].title
        self._remarks.append(
            Remark(kind=kind, scan=scan, candidate=number, title=title, sentence=sentence)
        )

    def last_value(self, number: int) -> float | None:
        """The weight that suited the scan before, if there is one."""
        values = self._table[MEASURES.index("value"), :, number]
        tuned = values[np.isfinite(values)]
        return float(tuned[-1]) if tuned.size else None

    def so_far(self) -> ComparisonResult:
        """The results so far."""
        return ComparisonResult(
            table=self._table.copy(),
            images=tuple(self._images),
            courses=tuple(self._courses),
            remarks=tuple(self._remarks),
            done=self._done,
        )
