"""Questions to the lab: one scan, one method; or several of them as one sweep."""

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Protocol

from core.methods.base import Method, Progress, Reconstruction, Run, reconstruct
from core.problem.keys import content_key
from core.problem.recent import Recent
from core.problem.scan import Measurement
from core.run.job import Report, Task
from core.run.results import decode, decode_all, encode, encode_all
from core.run.store import Store, the_store
from core.run.version import version_of


class Source(Protocol):
    """Where data come from: a `Scan` to simulate, or something that was measured."""

    @property
    def key(self) -> str:
        """The content key of everything that defines the data."""
        ...

    def simulate(self) -> Measurement:
        """The data."""
        ...

    def __hash__(self) -> int: ...


MEASUREMENTS: Recent[Measurement] = Recent(256e6, lambda m: m.operator.nbytes + m.data.nbytes)
"""Measurements used last: they hold on to their projectors, which may be large."""


def measurement_of(source: Source) -> Measurement:
    """The measurement of a source, remembered in memory within a bound."""
    return MEASUREMENTS.get(source, source.simulate)


PAUSED: Recent[Run] = Recent(4)
"""Runs that were stopped, to go on when they are asked for again."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question to the lab: what does `method` make of the data of `scan`."""

    scan: Source
    method: Method

    @cached_property
    def key(self) -> str:
        """Equal for equal scans, methods, parameters and code."""
        return content_key("reconstruction", self.scan.key, self.method, version_of(self))

    @property
    def task(self) -> Task[Reconstruction]:
        """The task of answering this question."""
        return Task(
            key=self.key,
            title=self.method.title,
            run=self.answer,
            encode=encode,
            decode=decode,
            complete=lambda result: result.stop != "stopped",
        )

    def answer(self, report: Report) -> Reconstruction:
        """Reconstruct, telling `report` of each step; goes on where it was stopped before."""

        def tell(progress: Progress) -> bool:
            return report(
                progress.step, progress.steps, image=progress.image, history=progress.history
            )

        run = PAUSED.take(self.key) or Run(self.method, measurement_of(self.scan))
        if run.progress is not None:
            tell(run.progress)
        result = run.go_on(tell)
        if result.stop == "stopped":
            PAUSED.put(self.key, run)
        return result


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Several questions as one task, in this order; `label` says what they share.

    Each answer is kept in `store` by itself, so that a single one opens at once afterwards, and
    is taken from there if it has been given before. The sweep's own results carry no snapshots
    but the last.
    """

    questions: tuple[Question, ...]
    label: str
    store: Store = field(default_factory=the_store, compare=False, repr=False)

    @cached_property
    def key(self) -> str:
        """Equal for the same questions in the same order."""
        return content_key("sweep", [question.key for question in self.questions])

    @property
    def task(self) -> Task[tuple[Reconstruction, ...]]:
        """The task of answering all of them."""
        return Task(
            key=self.key,
            title=self.label,
            run=self.answer,
            encode=encode_all,
            decode=decode_all,
            complete=lambda results: len(results) == len(self.questions),
        )

    def answer(self, report: Report) -> tuple[Reconstruction, ...]:
        """Answer one after the other; those answered before a stop are returned."""
        # Each counts one step more than it iterates, so that direct methods count too.
        sizes = [question.method.iterations_planned() + 1 for question in self.questions]
        done: tuple[Reconstruction, ...] = ()
        for number, question in enumerate(self.questions):
            before, part = sum(sizes[:number]), f"{number + 1} of {len(sizes)}"
            tell = partial(_tell, report, before, sum(sizes), part, done)
            answer = self.store.recall(question.key, decode)
            if answer is None:
                answer = reconstruct(question.method, measurement_of(question.scan), tell)
                if answer.stop == "stopped":
                    break
                self.store.put(question.key, encode(answer))
            done += (replace(answer, snapshots=answer.snapshots[-1:]),)
            if report(before + sizes[number], sum(sizes), part=part, parts=done):
                break
        return done


def _tell(
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
