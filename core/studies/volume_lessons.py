"""What the lessons on volumes share: reconstructions one after the other, shown as they come."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from core.array_types import Float32Array, Float64Array, Image
from core.jobs.job import Report
from core.methods.base import Method
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.studies.solving import EndedError, last_image
from core.studies.study import Study

NEAR_AXIS = 0.1
"""Radius about the axis over which the profile is a mean, in halves of the volume's side."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """One reconstruction of a lesson.

    picture : a slice (rows, columns) of the volume.
    profile : the mean near the axis, slice by slice (slices,).
    snr : in dB, over the part of the volume that counts.
    bias : the mean of the volume there over that of the truth, less 1.
    weight : of the prior; 0 without one.
    """

    title: str
    picture: Float32Array
    profile: Float64Array
    snr: float
    bias: float = 0.0
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Lessons(Study[tuple[Lesson, ...]]):
    """Reconstructions one after the other, each of which is on the page as soon as it is done."""

    @property
    @abstractmethod
    def parts(self) -> int:
        """How many reconstructions there are."""

    @abstractmethod
    def lessons(self, solve: "Solve") -> Iterator[Lesson]:
        """Reconstruct; `solve` returns the last volume, and ends when it is asked to."""

    @property
    def steps(self) -> int:
        """Iterations of all of them, about."""
        return 20 * self.parts

    def complete(self, result: tuple[Lesson, ...]) -> bool:
        """Whether all are there."""
        return len(result) == self.parts

    def compute(self, report: Report) -> tuple[Lesson, ...]:
        """Reconstruct, reporting each iterate; those done before a stop are returned."""
        done: tuple[Lesson, ...] = ()
        solve = Solve(report=report, steps=self.steps)
        try:
            for lesson in self.lessons(solve):
                done += (lesson,)
                solve.done = done
                if report(solve.step, self.steps, parts=done):
                    break
        except EndedError:
            pass
        return done


@dataclass(kw_only=True)
class Solve:
    """Runs methods and reports their iterates as steps of one task."""

    report: Report
    steps: int
    step: int = 0
    done: tuple[Lesson, ...] = ()

    def __call__(self, method: Method, measurement: Measurement) -> Image:
        """The last volume; raises `EndedError` when an end is asked for."""

        def on_iterate(image: Image) -> bool:
            self.step = min(self.step + 1, self.steps)
            return self.report(self.step, self.steps, parts=self.done)

        return last_image(method, measurement, on_iterate)


Solver = Callable[[Method, SimulatedMeasurement], Image]


def axis_profile(volume: Image) -> Float64Array:
    """The mean of a volume near its axis, slice by slice (slices,)."""
    size = volume.shape[-1]
    offsets = (np.arange(size) - (size - 1) / 2) * (2 / size)
    near = offsets[:, None] ** 2 + offsets**2 <= NEAR_AXIS**2
    return np.asarray(volume[:, near].mean(axis=1), np.float64)
