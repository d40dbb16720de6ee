"""A method with the weight, or the number of iterations, that suits the data best.

With the truth in hand (an oracle) it is what gives the best image. Without it a rule chooses from
the data alone: the discrepancy principle, or, where the data have no noise to stop at, generalised
cross-validation.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.array_types import Image
from core.errors import InputError
from core.methods.base import IterativeMethod, Method
from core.methods.priors import prior_named
from core.methods.support.parameter_selection import (
    SweepCurve,
    discrepancy,
    freedom_of,
    gcv,
    noise_norm,
    probe,
)
from core.methods.support.proximal import ProximalMethod
from core.parameter import Parameter
from core.parameters import parameters_of
from core.problem import metrics
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.studies.solving import OnIterate, iterates, last_image
from core.studies.sweep import sweep_curve, values_around
from core.studies.tuning import HIGH, LOW, best_weight

FIRST_SIGMA = 0.1
"""The weight of a prior where the search for the best one begins."""

VALUES = 9
"""Weights that a rule chooses from."""

DISCREPANCY, GCV = "discrepancy principle", "cross-validation"


@dataclass(frozen=True, kw_only=True, eq=False)
class Tuned:
    """A method with the value that was chosen for its `parameter`; None where it is as it was.

    `image` is what it makes of the data, where the search has kept it. `rule` says in words which
    one chose; empty for the oracle.
    """

    method: Method
    parameter: str = ""
    value: float | None = None
    rule: str = ""
    image: Image | None = None


def tuned_parameter(method: Method) -> Parameter | None:
    """What is tuned: the parameter that says how much a method regularises, or its iterations.

    None for a method without either, such as a network or a constraint.
    """
    names = {parameter.name: parameter for parameter in parameters_of(method)}
    if isinstance(method, ProximalMethod) and not prior_named(method.prior).weighted:
        return None
    if method.strength:
        return names[method.strength]
    return names.get("iterations") if isinstance(method, IterativeMethod) else None


def tune_with_truth(
    method: Method,
    measurement: Measurement,
    hint: float | None = None,
    on_iterate: OnIterate = lambda image: False,
) -> Tuned:
    """The method with the weight, or the iterations, whose image is nearest to the truth.

    `hint` is a weight that suited similar data, where the search begins. Raises `InputError` where
    the truth is not known or there is nothing to tune, `EndedError` when `on_iterate` asks for it.
    """
    if not isinstance(measurement, SimulatedMeasurement):
        raise InputError("The best weight can be found only where the true image is known.")
    parameter, truth = _tunable(method), measurement.truth
    if not method.strength:
        scores = [metrics.snr(image, truth) for image in iterates(method, measurement, on_iterate)]
        known = np.nan_to_num(scores[1:], nan=-np.inf)
        best = int(known.argmax()) + 1 if known.size else 0
        return _with(method, parameter, best)
    if not truth.any():
        raise InputError(
            f"The true image is empty: no weight of {method.title} is better than another."
        )
    images: dict[float, Image] = {}

    def quality(weight: float) -> float:
        images[weight] = last_image(_set(method, parameter, weight), measurement, on_iterate)
        return metrics.snr(images[weight], truth)

    present = getattr(method, parameter.name)
    if parameter.log:
        first = FIRST_SIGMA if isinstance(method, ProximalMethod) else present
        bounds = max(LOW, parameter.log_low or LOW), min(HIGH, parameter.high or HIGH)
        best_value = best_weight(quality, hint or first, *bounds)
    else:
        best_value = max(candidate_values(parameter, present), key=quality)
    return replace(_with(method, parameter, best_value), image=images[best_value])


def tune_by_rule(
    method: Method, measurement: Measurement, on_iterate: OnIterate = lambda image: False
) -> Tuned:
    """The method with the weight, or the iterations, that a rule chooses without the truth.

    It is the discrepancy principle where the data have noise and a value fits to within it, and
    else generalised cross-validation. Raises as `tune_with_truth`.
    """
    parameter = _tunable(method)
    if not method.strength:
        return _iterations_by_rule(method, parameter, measurement, on_iterate)

    values = candidate_values(parameter, getattr(method, parameter.name))
    noise, rule = noise_norm(measurement), DISCREPANCY
    index = None

    def curve(*, freedom: bool) -> SweepCurve:
        return sweep_curve(
            [_set(method, parameter, value) for value in values],
            values,
            measurement,
            lambda method, data: last_image(method, replace(measurement, data=data), on_iterate),
            freedom=freedom,
        )

    if noise.value > 0:
        index = discrepancy(curve(freedom=False), noise).index
    if index is None:
        index, rule = gcv(curve(freedom=True)).index, GCV
    assert index is not None  # cross-validation always names one
    return replace(_with(method, parameter, values[index]), rule=rule)


def candidate_values(parameter: Parameter, centre: float) -> tuple[float, ...]:
    """The values of a weight that a rule chooses from, increasing."""
    if parameter.log:
        return values_around(parameter, centre, VALUES)
    return tuple(np.linspace(parameter.low or 0.0, parameter.high or 1.0, VALUES).tolist())


def with_value(method: Method, value: float) -> Tuned:
    """The method with this value of what is tuned."""
    return _with(method, _tunable(method), value)


def _iterations_by_rule(
    method: Method, parameter: Parameter, measurement: Measurement, on_iterate: OnIterate
) -> Tuned:
    """The first iterate that fits to within the noise; else the one that GCV likes best."""
    operator, data = measurement.operator, measurement.data
    noise = noise_norm(measurement)
    if noise.value > 0:
        for number, image in enumerate(iterates(method, measurement, on_iterate)):
            if number and np.linalg.norm(operator.project(image) - data) <= noise.value:
                return replace(_with(method, parameter, number), rule=DISCREPANCY)
    signs, size = probe(data)
    perturbed = replace(measurement, data=data + np.float32(size) * signs)
    rows: list[tuple[int, float, float]] = []
    for image, other in zip(
        iterates(method, measurement, on_iterate),
        iterates(method, perturbed, on_iterate),
        strict=False,  # either may have converged
    ):
        predicted = operator.project(image)
        freedom = freedom_of(predicted, operator.project(other), signs, size)
        rows.append((len(rows), float(np.linalg.norm(predicted - data)), freedom))
    numbers, residuals, freedoms = np.array(rows[1:] or rows, float).T
    unknown = np.full(len(numbers), np.nan)
    curve = SweepCurve(
        values=numbers,
        residual_norm=residuals,
        penalty=unknown,
        freedom=freedoms,
        snr=unknown,
        rays=data.size,
    )
    index = gcv(curve).index
    assert index is not None  # cross-validation always names one
    return replace(_with(method, parameter, numbers[index]), rule=GCV)


def _tunable(method: Method) -> Parameter:
    parameter = tuned_parameter(method)
    if parameter is None:
        raise InputError(f"{method.title} has no weight and no iterations to tune.")
    return parameter


def _set(method: Method, parameter: Parameter, value: float) -> Method:
    changed: dict[str, Any] = {parameter.name: parameter.clean(value)}
    return replace(method, **changed)


def _with(method: Method, parameter: Parameter, value: float) -> Tuned:
    method = _set(method, parameter, value)
    return Tuned(method=method, parameter=parameter.name, value=float(value))
