"""Douglas–Rachford splitting: the prox of the misfit and the prox of the prior take turns.

    m ← prox_{τf}(w),    w ← w + η (prox_{τg}(2m − w) − m),    0 < η < 2

Neither function needs a gradient, and every τ > 0 converges; both prox steps start from where
they ended, and that of the misfit is preconditioned (see `data_fidelity`).

Source: P. L. Combettes and J.-C. Pesquet, Proximal splitting methods in signal processing, in
Fixed-Point Algorithms for Inverse Problems in Science and Engineering, Springer 2011, 185-212,
DOI 10.1007/978-1-4419-9569-8_10.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from pyproximal.optimization.cls_primal import DouglasRachfordSplitting as Solver

from core.array_types import Sinogram
from core.methods.base import Dash, Hue, Step
from core.methods.priors import Form, InnerLoop
from core.methods.support.data_fidelity import DataFidelity, balanced_tau
from core.methods.support.proximal import (
    ProximalMethod,
    inner_param,
    prior_param,
    start,
    step_from,
)
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class DouglasRachford(ProximalMethod):
    """PyProximal's Douglas–Rachford splitting from an empty image."""

    name: ClassVar[str] = "douglas_rachford"
    title: ClassVar[str] = "Douglas–Rachford"
    idea: ClassVar[str] = "Reflect the image in the data, then in the prior, and meet halfway."
    equation: ClassVar[str] = (
        r"m_k = \mathrm{prox}_{\tau f}(w_k), \newline "
        r"w_{k+1} = w_k + \eta \bigl(\mathrm{prox}_{\tau g}(2 m_k - w_k) - m_k\bigr)"
    )
    source: ClassVar[str] = (
        "P. L. Combettes and J.-C. Pesquet (2011), doi:10.1007/978-1-4419-9569-8_10"
    )
    guarantee: ClassVar[str] = "Converges to a minimum for every τ."
    cost: ClassVar[str] = "a least-squares problem and the prior's prox in each iteration"
    position: ClassVar[int] = 60
    colour: ClassVar[Hue] = "brown"
    dash: ClassVar[Dash] = "dot"
    prior_form: ClassVar[Form] = "whole"
    iteration_cost: ClassVar[int] = 5

    prior: str = prior_param("whole")
    iterations: int = param(20, low=0, high=1000, symbol="k", help="Steps to take.")
    balance: float = param(
        1.0,
        low=0.01,
        high=100,
        log=True,
        symbol=r"\tau",
        help="τ relative to the value that gives misfit and prior equal weight. All converge.",
    )
    relaxation: float = param(
        1.0,
        low=0.1,
        high=1.9,
        symbol=r"\eta",
        help="The relaxation of each step; below 2 it converges.",
    )
    data_iterations: int = param(
        4, low=1, high=50, help="Conjugate-gradient steps for the prox of the misfit."
    )
    inner_iterations: int = inner_param(40)

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        prior = self.make_prior(
            operator.dims, InnerLoop(iterations=self.inner_iterations, warm=True)
        )
        misfit = DataFidelity(operator, data, self.data_iterations)
        solver = Solver()
        x, y = solver.setup(
            proxf=misfit,
            proxg=prior,
            x0=start(operator),
            tau=self.balance * balanced_tau(operator, data, self.weight),
            eta=self.relaxation,
            # What is shown is the first prox of the two: a constraint must hold there.
            gfirst=prior.split().constrained,
        )
        yield step_from(operator, x)
        for _ in range(self.iterations):
            x, y = solver.step(x, y)
            yield step_from(operator, x, {**misfit.report(), **prior.report()})
