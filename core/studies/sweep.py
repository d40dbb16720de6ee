"""A sweep over one parameter of a method, as one task, and what the rules make of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.array_types import Float32Array, Image, Sinogram
from core.errors import InputError
from core.jobs.job import Report
from core.methods.base import Method
from core.methods.support.parameter_selection import (
    Choice,
    NoiseNorm,
    SweepCurve,
    choices,
    freedom_of,
    noise_norm,
    probe,
)
from core.parameter import Parameter
from core.parameters import parameters_of
from core.problem.measurement import Measurement, Source, distance_to_truth
from core.studies.measurements import measurement_of
from core.studies.study import Study

VALUES_RANGE = (3, 60)
REACH = 30.0


@dataclass(frozen=True, kw_only=True, eq=False)
class SweepResult:
    """The curves of a sweep, as far as it came, and what each rule chose."""

    parameter: str
    curve: SweepCurve
    noise: NoiseNorm

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What each rule says, the oracle last."""
        return choices(self.curve, self.noise)


@dataclass(frozen=True, kw_only=True)
class ParameterSweep(Study[SweepResult]):
    """The question which of `values` of `parameter` suits `method` and the data of `scan`.

    The other parameters stay as they are in `method`. Raises `InputError` for a parameter
    that is no weight of a regulariser, for too few or too many values, or for one out of its range.
    """

    scan: Source
    method: Method
    parameter: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        names = [p.name for p in sweepable(type(self.method))]
        if self.parameter not in names:
            allowed = ", ".join(names) or "none"
            raise InputError(
                f"{self.method.title} cannot be swept over {self.parameter!r}; its parameters "
                f"for that: {allowed}."
            )
        low, high = VALUES_RANGE
        if not low <= len(self.values) <= high:
            raise InputError(f"A sweep has {low} to {high} values, not {len(self.values)}.")
        if any(
            after <= before for before, after in zip(self.values, self.values[1:], strict=False)
        ):
            raise InputError("The values of a sweep must increase.")
        for value in self.values:
            self.at(value)

    def at(self, value: float) -> Method:
        """The method with this value of the parameter."""
        changed: dict[str, Any] = {self.parameter: value}
        return replace(self.method, **changed)

    @property
    def job_title(self) -> str:
        """The method and the parameter."""
        return f"{self.method.title}: choosing {self.parameter.replace('_', ' ')}"

    def complete(self, result: SweepResult) -> bool:
        """Whether all values have been tried."""
        return len(result.curve.values) == len(self.values)

    def compute(self, report: Report) -> SweepResult:
        """Solve twice for each value: for the data, and for slightly perturbed ones (see GCV).

        When asked to stop it returns the values that are done.
        """
        measurement = measurement_of(self.scan)
        counter = _Counter(report, 2 * len(self.values), self.method.iterations_planned() + 1)
        curve = sweep_curve(
            [self.at(value) for value in self.values],
            self.values,
            measurement,
            lambda method, data: counter.solve(method, measurement, data),
        )
        return SweepResult(parameter=self.parameter, curve=curve, noise=noise_norm(measurement))


def sweep_curve(
    methods: Sequence[Method],
    values: Sequence[float],
    measurement: Measurement,
    solve: Callable[[Method, Sinogram], Image | None],
    *,
    freedom: bool = True,
) -> SweepCurve:
    """The curve of `methods`, one for each of the `values` of their parameter.

    `solve` gives what a method makes of a sinogram, or None where the sweep is to end. Without
    `freedom`, which takes a second solve for each value, that column is NaN.
    """
    signs, size = probe(measurement.data)
    perturbed = measurement.data + np.float32(size) * signs
    rows: list[tuple[float, ...]] = []
    for method, value in zip(methods, values, strict=True):
        image = solve(method, measurement.data)
        if image is None:
            break
        predicted = measurement.operator.project(image)
        spent = np.nan
        if freedom:
            other = solve(method, perturbed)
            if other is None:
                break
            spent = freedom_of(predicted, measurement.operator.project(other), signs, size)
        rows.append((value, *_measures(methods[0], measurement, image, predicted), spent))
    table = np.array(rows, np.float64).reshape(-1, 5)
    return SweepCurve(
        values=table[:, 0],
        residual_norm=table[:, 1],
        penalty=table[:, 2],
        snr=table[:, 3],
        freedom=table[:, 4],
        rays=measurement.data.size,
    )


def _measures(
    first: Method, measurement: Measurement, image: Image, predicted: Float32Array
) -> tuple[float, float, float]:
    """Residual norm, penalty and SNR of an image.

    The penalty is the regulariser as the `first` method of the sweep has it, so that all images
    are measured alike; for a method without one, the norm of the image.
    """
    residual = predicted - measurement.data
    _, regulariser = first.objective(measurement.operator, measurement.data, image, residual)
    penalty = np.sqrt(regulariser) if regulariser > 0 else float(np.linalg.norm(image))
    snr = distance_to_truth(image, measurement, ssim=False).get("snr", np.nan)
    return float(np.linalg.norm(residual)), float(penalty), snr


def sweepable(method: type[Method]) -> tuple[Parameter, ...]:
    """The parameters of a method that can be swept: the weights of its regularisers."""
    return tuple(p for p in parameters_of(method) if p.regularises)


def values_around(parameter: Parameter, centre: float, count: int = 13) -> tuple[float, ...]:
    """`count` values from 1/30 to 30 times `centre`, evenly spaced in their logarithm.

    Where that leaves the parameter's range, the range ends them. A `centre` of 0 stands for the
    default, or for 1/30 of the largest value where that is 0.
    """
    if parameter.log_low is None or parameter.high is None:
        raise InputError(f"{parameter.title} has no range to sweep over.")
    if not isinstance(parameter.default, (int, float)):
        raise InputError(f"{parameter.title} is no number to sweep over.")
    centre = centre or float(parameter.default) or parameter.high / REACH
    low = max(centre / REACH, parameter.log_low)
    high = min(centre * REACH, parameter.high)
    return tuple(np.geomspace(low, high, count).tolist())


class _Counter:
    """Solves, counting the steps of all solves together for the report."""

    def __init__(self, report: Report, solves: int, steps: int) -> None:
        self._report = report
        self._solves = solves
        self._steps = steps
        self._done = 0

    def solve(
        self, method: Method, measurement: Measurement, data: Sinogram
    ) -> Float32Array | None:
        """The last iterate for `data`, or None when asked to stop."""
        total = self._solves * self._steps
        part = f"{self._done // 2 + 1} of {self._solves // 2}"
        image: Image | None = None
        for number, step in enumerate(method.iterate(measurement.operator, data)):
            image = step.image
            if self._report(self._done * self._steps + number, total, image=image, part=part):
                return None
        self._done += 1
        return image
