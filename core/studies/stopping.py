"""When to stop a method whose iteration number regularises: every iterate judged by every rule."""

from dataclasses import dataclass

import numpy as np

from core.errors import InputError
from core.jobs.job import Report
from core.methods.base import Method
from core.methods.support.parameter_selection import (
    Choice,
    NoiseNorm,
    freedom_of,
    noise_norm,
    probe,
)
from core.methods.support.stopping_rules import (
    StoppingCurve,
    distance_from_white,
    stopping_choices,
)
from core.problem.measurement import Source, distance_to_truth
from core.studies.measurements import measurement_of
from core.studies.study import Study

FEWEST = 3
"""Iterations below which there is nothing to choose from."""


@dataclass(frozen=True, kw_only=True, eq=False)
class StoppingResult:
    """What was measured at each iterate, and what each rule chose.

    ended : whether the method came to its end, and was not stopped.
    """

    curve: StoppingCurve
    noise: NoiseNorm
    ended: bool

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What each rule says, the oracle last."""
        return stopping_choices(self.curve, self.noise)


@dataclass(frozen=True, kw_only=True)
class StoppingStudy(Study[StoppingResult]):
    """The question after how many iterations to stop `method` on the data of `scan`.

    It runs as many as the method has. Raises `InputError` for a method whose iterations do not
    regularise, and for fewer than three of them.
    """

    scan: Source
    method: Method

    def __post_init__(self) -> None:
        if not self.method.stops_early:
            raise InputError(
                f"{self.method.title} is not stopped early: its iterations do not regularise."
            )
        if self.method.iterations_planned() < FEWEST:
            raise InputError(
                f"{FEWEST} iterations or more are needed to choose from, not "
                f"{self.method.iterations_planned()}."
            )

    @property
    def job_title(self) -> str:
        """The method."""
        return f"{self.method.title}: when to stop"

    def complete(self, result: StoppingResult) -> bool:
        """Whether the method came to its end."""
        return result.ended

    def compute(self, report: Report) -> StoppingResult:
        """Run the method twice side by side: on the data, and on slightly perturbed ones (GCV).

        When asked to stop it returns the iterates that are done.
        """
        measurement = measurement_of(self.scan)
        operator, data = measurement.operator, measurement.data
        signs, size = probe(data)
        perturbed = self.method.iterate(operator, data + np.float32(size) * signs)
        rows: list[tuple[float, ...]] = []
        planned = self.method.iterations_planned()
        stopped = False
        for number, (step, other) in enumerate(
            zip(self.method.iterate(operator, data), perturbed, strict=False)
        ):
            predicted = operator.project(step.image)
            residual = predicted - data
            snr = distance_to_truth(step.image, measurement, ssim=False).get("snr", np.nan)
            rows.append(
                (
                    number,
                    float(np.linalg.norm(residual)),
                    float(np.linalg.norm(step.image)),
                    freedom_of(predicted, operator.project(other.image), signs, size),
                    snr,
                    distance_from_white(residual),
                )
            )
            if report(number, planned, image=step.image) and number < planned:
                stopped = True
                break
        values, norms, sizes, freedom, snrs, white = np.array(rows, np.float64).reshape(-1, 6).T
        curve = StoppingCurve(
            values=values,
            residual_norm=norms,
            penalty=sizes,
            freedom=freedom,
            snr=snrs,
            rays=data.size,
            whiteness=white,
        )
        return StoppingResult(curve=curve, noise=noise_norm(measurement), ended=not stopped)
