"""Studies that reconstruct: one method on one scan, or several of these as one sweep."""

import math
from dataclasses import dataclass, field, replace
from functools import partial

from core.jobs.job import Report
from core.methods.base import Method
from core.methods.support.reconstruction import Progress, Reconstruction, Run, reconstruct
from core.problem.measurement import Source
from core.problem.uploads import uploads_in
from core.storage.lru_cache import SizedLRU
from core.storage.store import Store, the_store
from core.studies.codec import encode
from core.studies.measurements import measurement_of
from core.studies.study import Study

PAUSED: SizedLRU[Run] = SizedLRU(4)
"""Runs that were stopped, to be resumed when they are asked for again.

By the key of the study and the visitors' images in it.
"""


def forget_runs(digests: frozenset[str]) -> None:
    """Forget the stopped runs of these visitors' images."""
    PAUSED.forget(lambda key, _: bool(key[1] & digests))


@dataclass(frozen=True, kw_only=True)
class ReconstructionStudy(Study[Reconstruction]):
    """One reconstruction: the data of `scan` by `method`."""

    scan: Source
    method: Method

    @property
    def job_title(self) -> str:
        """The method's title."""
        return self.method.title

    @property
    def work(self) -> float:
        """Pixels × views × iterations; infinite for a network that is applied many times."""
        scan, iterations = self.scan, self.method.iterations_planned() + 1
        if self.method.benchmark_images is not None:
            return math.inf
        pixels = math.prod(scan.beam.image_shape(scan.size))
        return float(pixels * scan.beam.view_count * iterations)

    @property
    def _paused(self) -> tuple[str, frozenset[str]]:
        return self.key, uploads_in(self)

    def complete(self, result: Reconstruction) -> bool:
        """Whether it was not stopped."""
        return result.stop != "stopped"

    def compute(self, report: Report) -> Reconstruction:
        """Reconstruct, reporting each step; resumes a run that was stopped before."""

        def report_progress(progress: Progress) -> bool:
            return report(
                progress.step, progress.steps, image=progress.image, history=progress.history
            )

        run = PAUSED.take(self._paused) or Run(self.method, measurement_of(self.scan))
        if run.progress is not None:
            report_progress(run.progress)
        result = run.resume(report_progress)
        if result.stop == "stopped":
            PAUSED.put(self._paused, run)
        return result


@dataclass(frozen=True, kw_only=True)
class Sweep(Study[tuple[Reconstruction, ...]]):
    """Several questions as one task, in this order; `label` says what they share.

    Each answer is stored in `store` by itself, so that a single one opens at once afterwards, and
    is taken from there if it has been given before. The sweep's own results carry no snapshots
    but the last.
    """

    questions: tuple[ReconstructionStudy, ...]
    label: str
    store: Store = field(default_factory=the_store, compare=False, repr=False)

    @property
    def job_title(self) -> str:
        """What the questions share."""
        return self.label

    def complete(self, result: tuple[Reconstruction, ...]) -> bool:
        """Whether all questions are answered."""
        return len(result) == len(self.questions)

    def compute(self, report: Report) -> tuple[Reconstruction, ...]:
        """Answer one after the other; those answered before a stop are returned."""
        # Each counts one step more than it iterates, so that direct methods count too.
        sizes = [question.method.iterations_planned() + 1 for question in self.questions]
        done: tuple[Reconstruction, ...] = ()
        for number, question in enumerate(self.questions):
            before, part = sum(sizes[:number]), f"{number + 1} of {len(sizes)}"
            report_progress = partial(_report_progress, report, before, sum(sizes), part, done)
            answer = self.store.recall(question.key, question.task.decode)
            if answer is None:
                answer = reconstruct(
                    question.method, measurement_of(question.scan), report_progress
                )
                if answer.stop == "stopped":
                    break
                if not uploads_in(question):
                    self.store.put(question.key, encode(answer))
            done += (replace(answer, snapshots=answer.snapshots[-1:]),)
            if report(before + sizes[number], sum(sizes), part=part, parts=done):
                break
        return done


def _report_progress(
    report: Report,
    before: int,
    steps: int,
    part: str,
    parts: tuple[Reconstruction, ...],
    progress: Progress,
) -> bool:
    return report(
        before + progress.step,
        steps,
        image=progress.image,
        history=progress.history,
        part=part,
        parts=parts,
    )
