"""How well a method predicts views that it has not seen: a judge that needs no truth."""

from dataclasses import dataclass

import numpy as np

from core.array_types import Sinogram
from core.errors import InputError
from core.jobs.job import Report
from core.methods.base import Method
from core.problem.measurement import Source
from core.problem.metrics import relative_residual
from core.projection.projector import Projector
from core.studies.reconstruction import measurement_of
from core.studies.study import Study

EVERY = 5
"""One view in five is held out: what is left is still spread over the arc."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """The error of a method's prediction, by its title: ‖Gm̂ − d‖ / ‖d‖ over the views held out.

    `seen` is the same over the views that it was given, and `reason` says why there is none.
    """

    title: str
    error: float
    seen: float
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class HeldOutViews(Study[tuple[HeldOut, ...]]):
    """Each method on four views in five, judged on the fifth."""

    scan: Source
    methods: tuple[Method, ...]

    def __post_init__(self) -> None:
        if self.scan.beam.view_count < 2 * EVERY:
            raise InputError(
                f"To hold out one view in {EVERY} there must be at least {2 * EVERY} views; these "
                f"data have {self.scan.beam.view_count}."
            )

    @property
    def job_title(self) -> str:
        """What it is about."""
        return "Views held out"

    def complete(self, result: tuple[HeldOut, ...]) -> bool:
        """Whether every method has been judged."""
        return len(result) == len(self.methods)

    def compute(self, report: Report) -> tuple[HeldOut, ...]:
        """Judge one method after the other; what is done before a stop is returned."""
        measurement = measurement_of(self.scan)
        operator, data = measurement.operator, measurement.data
        views = np.arange(len(data))
        held = views % EVERY == EVERY // 2
        given, other = operator.angle_subset(views[~held]), operator.angle_subset(views[held])
        steps = [method.iterations_planned() + 1 for method in self.methods]
        done: tuple[HeldOut, ...] = ()
        for number, method in enumerate(self.methods):
            before, part = sum(steps[:number]), method.title
            try:
                image = np.zeros(operator.dims, np.float32)
                for count, step in enumerate(method.iterate(given, _rows(data, ~held))):
                    image = step.image
                    if report(before + count, sum(steps), part=part, parts=done):
                        return done
            except InputError as error:
                nothing = float("nan")
                done += (HeldOut(title=part, error=nothing, seen=nothing, reason=str(error)),)
                continue
            done += (
                HeldOut(
                    title=part,
                    error=_error(other, image, _rows(data, held)),
                    seen=_error(given, image, _rows(data, ~held)),
                ),
            )
        report(sum(steps), sum(steps), parts=done)
        return done


def _rows(data: Sinogram, chosen: np.ndarray) -> Sinogram:
    return np.ascontiguousarray(data[chosen])


def _error(operator: Projector, image: Sinogram, data: Sinogram) -> float:
    return relative_residual(operator.project(image), data)
