"""A race: several solvers on one objective J, and how far each iterate is from its minimum J*.

J* is the lowest value that anybody has seen, a long run of the fastest solver among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.methods.admm import ADMM
from core.methods.base import Method, Reconstruction
from core.methods.douglas_rachford import DouglasRachford
from core.methods.fista import FISTA
from core.methods.linearised_admm import LinearisedADMM
from core.methods.pdhg import PDHG
from core.methods.priors import SOLVERS, prior_named, priors_for
from core.methods.proximal_gradient import ProximalGradient

Values = NDArray[np.float64]

REFERENCE = "reference"
REFERENCE_ITERATIONS, REFERENCE_INNER = 150, 100

PRIORS_FOR_ALL = tuple(
    name
    for name in priors_for(SOLVERS[0])
    if prior_named(name).weighted and all(name in priors_for(solver) for solver in SOLVERS)
)
"""The priors that every solver takes. A constraint alone has no minimum to measure against: on
clean data J* is zero."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """What one solver did: iterations, seconds and (J − J*)/J*, all (iterates,)."""

    iterations: Values
    seconds: Values
    excess: Values


def racers(prior: str, sigma: float, steps: int) -> dict[str, Method]:
    """The solvers by the names of their curves, the reference last.

    Those that solve a least-squares problem in each iteration get a fifth of the `steps`.
    """
    few = max(2, steps // 5)
    runners: tuple[Method, ...] = (
        ProximalGradient(prior=prior, sigma=sigma, iterations=steps),
        FISTA(prior=prior, sigma=sigma, iterations=steps, inner_iterations=60),
        ADMM(prior=prior, sigma=sigma, iterations=few),
        LinearisedADMM(prior=prior, sigma=sigma, iterations=steps),
        PDHG(prior=prior, sigma=sigma, iterations=steps),
        DouglasRachford(prior=prior, sigma=sigma, iterations=few),
    )
    field = {runner.title: runner for runner in runners}
    field["PDHG, fast"] = PDHG(prior=prior, sigma=sigma, iterations=steps, fast=True)
    field["ADMM, fast"] = ADMM(prior=prior, sigma=sigma, iterations=few, fast=True)
    field[REFERENCE] = ADMM(
        prior=prior,
        sigma=sigma,
        iterations=REFERENCE_ITERATIONS,
        inner_iterations=REFERENCE_INNER,
        fast=True,
    )
    return field


def lowest(results: Mapping[str, Reconstruction]) -> float:
    """The lowest objective in any of the histories, J*."""
    return min(float(np.min(result.history["objective"])) for result in results.values())


def courses(results: Mapping[str, Reconstruction]) -> dict[str, Course]:
    """The course of every solver but the reference; NaN where it is at J* itself.

    Works on the results of an unfinished race too: then J* may still fall.
    """
    best = lowest(results)
    return {name: _course(result, best) for name, result in results.items() if name != REFERENCE}


def _course(result: Reconstruction, best: float) -> Course:
    history = result.history
    gap = history["objective"] - best
    excess = np.where(gap > 0, gap, np.nan) / best if best > 0 else np.full(len(history), np.nan)
    return Course(iterations=history["iteration"], seconds=history["seconds"], excess=excess)
