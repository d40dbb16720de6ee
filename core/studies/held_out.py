"""How well a method predicts views that it has not seen: a judge that needs no truth."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.array_types import Image, Sinogram
from core.errors import InputError
from core.jobs.job import Report
from core.methods.base import Method
from core.problem.measurement import Measurement, Source
from core.problem.metrics import relative_residual
from core.studies.measurements import measurement_of
from core.studies.solving import EndedError, OnIterate, last_image
from core.studies.study import Study

EVERY = 5
"""One view in five is held out: what is left is still spread over the arc."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """The error of a method's prediction, by its title: ‖Gm̂ − d‖ / ‖d‖ over the views held out.

    `seen` is the same over the views that it was given. Where there is none, both are NaN, and
    `reason` says why.
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
        steps = [method.iterations_planned() + 1 for method in self.methods]
        done: tuple[HeldOut, ...] = ()
        for number, method in enumerate(self.methods):
            count, part = itertools.count(sum(steps[:number])), method.title

            def on_iterate(
                image: Image,
                count: Iterator[int] = count,
                part: str = part,
                done: tuple[HeldOut, ...] = done,
            ) -> bool:
                return report(next(count), sum(steps), part=part, parts=done)

            try:
                error, seen = held_out_errors(method, measurement, on_iterate)
            except EndedError:
                return done
            except InputError as trouble:
                nothing = float("nan")
                done += (HeldOut(title=part, error=nothing, seen=nothing, reason=str(trouble)),)
                continue
            done += (HeldOut(title=part, error=error, seen=seen),)
        report(sum(steps), sum(steps), parts=done)
        return done


def held_out_errors(
    method: Method, measurement: Measurement, on_iterate: OnIterate = lambda image: False
) -> tuple[float, float]:
    """‖Gm̂ − d‖ / ‖d‖ over the views held out, and over those that the method was given.

    NaN where there are fewer views than `HeldOutViews` takes. Raises `EndedError` when `on_iterate`
    asks for an end.
    """
    operator, data = measurement.operator, measurement.data
    if len(data) < 2 * EVERY:
        return np.nan, np.nan
    views = np.arange(len(data))
    held = views % EVERY == EVERY // 2
    given, other = (
        Measurement(operator=operator.angle_subset(views[chosen]), data=_rows(data, chosen))
        for chosen in (~held, held)
    )
    image = last_image(method, given, on_iterate)
    return _error(other, image), _error(given, image)


def _rows(data: Sinogram, chosen: NDArray[np.bool_]) -> Sinogram:
    return np.ascontiguousarray(data[chosen])


def _error(measurement: Measurement, image: Image) -> float:
    return relative_residual(measurement.operator.project(image), measurement.data)
