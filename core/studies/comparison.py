"""Several methods on several scans, as one job: the table of scores, and all images."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array, Image
from core.errors import InputError
from core.jobs.job import Report
from core.problem.measurement import Measurement
from core.problem.scan import Scan
from core.studies.evaluated_method import EndedError, EvaluatedMethod, Solution
from core.studies.image_scores import image_scores
from core.studies.reconstruction import measurement_of
from core.studies.study import Study

LARGEST = 1e4
"""Pixels are clipped to ± this: half precision has no number beyond 65 504."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ComparisonResult:
    """The result of each scan and candidate; NaN and an empty image where there is none yet.

    snr, residual : (scans, candidates); `residual` is ‖Gm̂ − d‖/‖d‖.
    sigma : (scans, candidates), the weight of tuned candidates, NaN for others.
    images : (scans, candidates, size, size), half precision.
    done : solves that are done, in the order of the scans.
    notes : sentences about what could not be solved.
    """

    snr: Float64Array
    residual: Float64Array
    sigma: Float64Array
    images: NDArray[np.float16]
    done: int
    notes: tuple[str, ...] = ()

    def image(self, scan: int, candidate: int) -> Image:
        """One image (size, size), float32."""
        image: Image = self.images[scan, candidate].astype(np.float32)
        return image

    def has(self, scan: int, candidate: int) -> bool:
        """Whether this solve is done."""
        return bool(scan * self.snr.shape[1] + candidate < self.done)


@dataclass(frozen=True, kw_only=True)
class Comparison(Study[ComparisonResult]):
    """The question what each candidate makes of each scan, all of one image size.

    With `hold`, tuned candidates keep the weight that suits the first scan.
    """

    scans: tuple[Scan, ...]
    candidates: tuple[EvaluatedMethod, ...]
    title: str
    hold: bool = False

    def __post_init__(self) -> None:
        if not self.candidates:
            raise InputError("Choose at least one method.")
        if len({scan.size for scan in self.scans}) != 1:
            raise InputError("The scans of a comparison must have images of one size.")

    @property
    def solves(self) -> int:
        """How many reconstructions it takes."""
        return len(self.scans) * len(self.candidates)

    @property
    def job_title(self) -> str:
        """Its title."""
        return self.title

    def complete(self, result: ComparisonResult) -> bool:
        """Whether all solves are done."""
        return result.done == self.solves

    def compute(self, report: Report) -> ComparisonResult:
        """Solve one after the other; what is done before a stop is returned."""
        import torch

        torch.set_num_threads(1)  # each job has a core; more threads would fight over them
        table = _Table(self)
        for number, scan in enumerate(self.scans):
            measurement = measurement_of(scan)
            for column, candidate in enumerate(self.candidates):
                so_far = table.so_far()

                def on_iterate(
                    image: Image,
                    so_far: ComparisonResult = so_far,
                    candidate: EvaluatedMethod = candidate,
                ) -> bool:
                    return report(
                        so_far.done, self.solves, image=image, part=candidate.title, parts=(so_far,)
                    )

                hint = table.last_sigma(column)
                try:
                    solved = candidate.solve(
                        measurement, hint, hold=self.hold, on_iterate=on_iterate
                    )
                except InputError as error:
                    table.refuse(candidate, str(error))
                    continue
                except EndedError:
                    return so_far
                table.put(number, column, measurement, solved)
        result = table.so_far()
        report(result.done, self.solves, parts=(result,))
        return result


class _Table:
    """The results as they come in."""

    def __init__(self, comparison: Comparison) -> None:
        shape = len(comparison.scans), len(comparison.candidates)
        size = comparison.scans[0].size
        self._scores = np.full((3, *shape), np.nan)
        self._images = np.zeros((*shape, size, size), np.float16)
        self._done = 0
        self._notes: list[str] = []

    def put(self, scan: int, candidate: int, measurement: Measurement, solved: Solution) -> None:
        """Add a reconstruction and its scores."""
        scores = image_scores(solved.image, measurement)
        sigma = np.nan if solved.sigma is None else solved.sigma
        self._scores[:, scan, candidate] = scores.snr, scores.residual, sigma
        bounded = np.clip(np.nan_to_num(solved.image), -LARGEST, LARGEST)
        self._images[scan, candidate] = bounded.astype(np.float16)
        self._done += 1

    def refuse(self, candidate: EvaluatedMethod, sentence: str) -> None:
        """Note that a candidate cannot do this."""
        note = f"{candidate.title}: {sentence}"
        if note not in self._notes:
            self._notes.append(note)
        self._done += 1

    def last_sigma(self, candidate: int) -> float | None:
        """The weight that suited the scan before, if there is one."""
        sigmas = self._scores[2, :, candidate]
        tuned = sigmas[np.isfinite(sigmas)]
        return float(tuned[-1]) if tuned.size else None

    def so_far(self) -> ComparisonResult:
        """The results so far; images that are done stay as they are, and are not copied."""
        snr, residual, sigma = self._scores.copy()
        return ComparisonResult(
            snr=snr,
            residual=residual,
            sigma=sigma,
            images=self._images,
            done=self._done,
            notes=tuple(self._notes),
        )
