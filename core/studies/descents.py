"""A descent with one of PyTorch's optimisers, as a job that can be watched and stopped."""

from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array, Image
from core.jobs.job import Report
from core.problem.measurement import SimulatedMeasurement
from core.problem.scan import Scan
from core.studies.measurements import measurement_of
from core.studies.study import Study


@dataclass(frozen=True, kw_only=True, eq=False)
class DescentResult:
    """How far a descent came.

    image : (size, size), of the last iterate whose numbers are finite.
    objective, projections : (iterates,), with how often G and Gᵀ had been applied by then.
    ended : "" when all iterations were done, else "stopped" or "diverged".
    """

    image: Image
    objective: Float64Array
    projections: Float64Array
    ended: str = ""

    @property
    def message(self) -> str:
        """What a person should know of how it ended."""
        last = len(self.objective) - 1
        if self.ended == "diverged":
            highest = self.objective[np.isfinite(self.objective)].max()
            return (
                f"Diverged: in {last} iterations the objective rose from {self.objective[0]:.3g} "
                f"to {highest:.3g} or beyond. Take a shorter step."
            )
        return f"{'Stopped' if self.ended == 'stopped' else 'Done'} after {last} iterations."


@dataclass(frozen=True, kw_only=True)
class Descent(Study[DescentResult]):
    """A problem of the lesson `use`, the optimiser, and everything else that defines the run."""

    scan: Scan
    problem: str
    optimiser: str
    weights: tuple[float, float, float]
    step: float
    iterations: int

    @property
    def job_title(self) -> str:
        """The optimiser."""
        return self.optimiser

    def complete(self, result: DescentResult) -> bool:
        """Whether it was not stopped."""
        return result.ended != "stopped"

    def measurement(self) -> SimulatedMeasurement:
        """The data that it fits."""
        return measurement_of(self.scan)

    def compute(self, report: Report) -> DescentResult:
        """Descend, reporting each iterate."""
        from core.recipes.bridge import use

        given = self.measurement()
        iterates = use.run(
            self.problem,
            given.operator,
            given.data,
            self.optimiser,
            self.weights,
            self.step,
            given.operator.norm_squared,
            self.iterations,
        )
        objective: list[float] = []
        projections: list[float] = []
        image = np.zeros(given.operator.dims, np.float32)
        ended = ""
        for number, iterate in enumerate(iterates):
            objective.append(iterate.objective)
            projections.append(iterate.projections)
            if np.isfinite(iterate.image).all():
                image = iterate.image
            so_far = DescentResult(
                image=image,
                objective=np.array(objective),
                projections=np.array(projections, np.float64),
            )
            if report(number, self.iterations, image=image, parts=(so_far,)):
                ended = "stopped"
                break
        if not objective[-1] <= 10 * objective[0]:
            ended = "diverged"
        return DescentResult(
            image=image,
            objective=np.array(objective),
            projections=np.array(projections, np.float64),
            ended=ended,
        )
