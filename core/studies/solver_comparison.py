"""Several solvers on one objective J, and how far each iterate is from its minimum J*.

J* is the lowest value that any of them reached, a long run of the fastest solver included.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array
from core.methods import METHODS
from core.methods.admm import ADMM
from core.methods.base import Method
from core.methods.priors import NAMES, prior_named, priors_for
from core.methods.support.proximal import ProximalMethod
from core.methods.support.reconstruction import Reconstruction

REFERENCE = "reference"
REFERENCE_ITERATIONS, REFERENCE_INNER = 150, 100

SOLVERS = tuple(method for method in METHODS if issubclass(method, ProximalMethod))
"""The methods that minimise the same objective."""

PRIORS_FOR_ALL = tuple(
    name
    for name in NAMES
    if prior_named(name).weighted
    and all(name in priors_for(solver.prior_form) for solver in SOLVERS)
)
"""The priors that every solver takes. A constraint alone has no minimum to measure against: on
clean data J* is zero."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ConvergenceCurve:
    """How one solver converged: iterations, seconds and (J − J*)/J*, all (iterates,)."""

    iterations: Float64Array
    seconds: Float64Array
    excess: Float64Array


def compared_solvers(prior: str, sigma: float, steps: int) -> dict[str, Method]:
    """The solvers by the names of their curves, the reference last.

    Those that solve a least-squares problem in each iteration get a fifth of the `steps`.
    """
    forms = [solver.on_problem(prior, sigma, steps) for solver in SOLVERS]
    solvers: dict[str, Method] = {}
    for nth in range(max(map(len, forms))):  # first all as they are, then the fast forms
        solvers |= dict(item for form in forms for item in list(form.items())[nth : nth + 1])
    solvers[REFERENCE] = ADMM(
        prior=prior,
        sigma=sigma,
        iterations=REFERENCE_ITERATIONS,
        inner_iterations=REFERENCE_INNER,
        fast=True,
    )
    return solvers


def lowest(results: Mapping[str, Reconstruction]) -> float:
    """The lowest objective in any of the histories, J*."""
    return min(float(np.min(result.history["objective"])) for result in results.values())


def convergence_curves(results: Mapping[str, Reconstruction]) -> dict[str, ConvergenceCurve]:
    """The curve of every solver but the reference; NaN where it is at J* itself.

    Works on the results of an unfinished comparison too: then J* may still fall.
    """
    best = lowest(results)
    return {name: _curve(result, best) for name, result in results.items() if name != REFERENCE}


def _curve(result: Reconstruction, best: float) -> ConvergenceCurve:
    history = result.history
    gap = history["objective"] - best
    excess = np.where(gap > 0, gap, np.nan) / best if best > 0 else np.full(len(history), np.nan)
    return ConvergenceCurve(
        iterations=history["iteration"], seconds=history["seconds"], excess=excess
    )
