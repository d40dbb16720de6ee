"""Samples of a posterior as one job: those that are there arrive while the others are drawn."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.array_types import Float32Array, Float64Array
from core.jobs.job import Report
from core.methods.support.parameter_selection import noise_norm
from core.methods.support.sampling import MOST_NOISE, SamplingMethod
from core.problem.calibration import errors_of
from core.problem.measurement import (
    Measurement,
    SimulatedMeasurement,
    Source,
    distance_to_truth,
)
from core.problem.metrics import relative_residual
from core.studies.measurements import measurement_of
from core.studies.study import Study
from core.studies.without_truth import noise_inside


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """Samples (count, size, size) of `planned`, and what they say without the truth.

    residuals : (count,), ‖Gx − d‖/‖n‖ of each: about 1 for an image that explains the data and
        not their noise.
    seconds : of drawing, all together.
    """

    images: Float32Array
    residuals: Float64Array
    planned: int
    seconds: float

    @property
    def mean(self) -> Float32Array:
        """The mean (size, size)."""
        mean: Float32Array = self.images.mean(axis=0, dtype=np.float64).astype(np.float32)
        return mean

    @property
    def deviation(self) -> Float32Array:
        """The standard deviation (size, size) of each pixel; 0 for a single sample."""
        few = len(self.images) < 2
        deviation: Float32Array = (0 * self.images[0]) if few else self.images.std(0, ddof=1)
        return deviation


@dataclass(frozen=True, kw_only=True)
class PosteriorSamples(Study[Samples]):
    """Samples by `method` of what the data of `scan` allow."""

    scan: Source
    method: SamplingMethod

    def __post_init__(self) -> None:
        self.method.check_fits(self.scan.size)

    @property
    def job_title(self) -> str:
        """The method's title."""
        return self.method.title

    def complete(self, result: Samples) -> bool:
        """Whether it was not stopped."""
        return len(result.images) == result.planned

    def compute(self, report: Report) -> Samples:
        """Draw batch after batch; the samples that are there before a stop are returned."""
        measurement = measurement_of(self.scan)
        return draw(informed(self.method, measurement), measurement, report)


def draw(method: SamplingMethod, measurement: Measurement, report: Report) -> Samples:
    """Draw the samples of a method, reporting every step of every batch."""
    operator, data = measurement.operator, measurement.data
    steps = method.steps_planned(operator)
    norm = noise_norm(measurement)
    noise = (norm.value if norm.known else 0) or method.deviation_of(data) * np.sqrt(data.size)
    images = np.zeros((0, *operator.dims), np.float32)
    residuals = np.zeros(0)
    begun = time.perf_counter()

    def so_far() -> Samples:
        return Samples(
            images=images,
            residuals=residuals,
            planned=method.samples,
            seconds=time.perf_counter() - begun,
        )

    parts: tuple[Samples, ...] = ()
    for step, drawn in enumerate(method.draws(operator, data), 1):
        if drawn.finished:
            misfit = (operator.project(drawn.images) - data).astype(np.float64)
            norms = np.linalg.norm(misfit.reshape(len(misfit), -1), axis=1)
            images = np.concatenate([images, drawn.images])
            residuals = np.concatenate([residuals, norms / noise])
            parts = (so_far(),)
        title = f"{len(images)} of {method.samples} samples"
        image = drawn.images[0] if len(drawn.images) else None
        if report(step, steps, image=image, part=title, parts=parts):
            break
    return so_far()


def informed(method: SamplingMethod, measurement: Measurement) -> SamplingMethod:
    """The method with the noise of the data where it was to estimate it itself.

    Of simulated data it is known: the root mean square of the deviation that the noise model gives.
    Of measured data it is estimated where the object is: beside it a detector may have far less.
    With a few photons the model, which is of first order, gives more than data can hold: it is cut.
    """
    data = measurement.data
    mean = float(np.abs(data).mean(dtype=np.float64))
    if method.data_noise or mean == 0:
        return method
    noise = noise_norm(measurement)
    if noise.known:
        deviation = noise.value / np.sqrt(data.size)
    else:
        _, deviation = noise_inside(data)
    return replace(method, data_noise=min(float(deviation) / mean, MOST_NOISE))


def judged(samples: Samples, measurement: Measurement) -> dict[str, Any]:
    """What can be said of samples, as JSON values; what needs the truth only where it is known."""
    mean = samples.mean
    about: dict[str, Any] = {"samples": len(samples.images), **distance_to_truth(mean, measurement)}
    about["residual"] = relative_residual(measurement.operator.project(mean), measurement.data)
    about["residual_of_samples"] = float(samples.residuals.mean())
    about["spread"] = float(np.sqrt(np.mean(np.square(samples.deviation, dtype=np.float64))))
    if isinstance(measurement, SimulatedMeasurement):
        errors = errors_of(samples.images, measurement.truth)
        about["spread_over_skill"] = errors.spread_over_skill
        about["coverage_90"] = errors.coverage()
    return {name: _finite(value) for name, value in about.items()}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
