"""FISTA: the proximal gradient with momentum, restarted when the momentum turns uphill.

    m_{k+1} = prox_{τg}(y_k − τ ∇f(y_k)),    y_{k+1} = m_{k+1} + (t_k − 1)/t_{k+1} (m_{k+1} − m_k)
    t_{k+1} = (1 + √(1 + 4t_k²)) / 2,    0 < τ ≤ 1/L

The objective falls as 1/k² where the plain iteration falls as 1/k. Restart: t ← 1, y ← m when
(y_k − m_{k+1})ᵀ(m_{k+1} − m_k) > 0.

Sources: A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183-202, DOI 10.1137/080716542;
restart: B. O'Donoghue and E. Candès, Found. Comput. Math. 15 (2015) 715-732,
DOI 10.1007/s10208-013-9150-3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from pyproximal.optimization.cls_primal import ProximalGradient as Solver

from core.methods.base import Array, Step
from core.methods.data_term import DataTerm
from core.methods.parameters import param
from core.methods.priors import INNER_RULES, Inner, priors_for
from core.methods.proximal import (
    INNER,
    INNER_RULE_HELP,
    PRIOR_HELP,
    SIGMA,
    ProximalMethod,
    start,
    step_from,
)
from core.problem.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class FISTA(ProximalMethod):
    """PyProximal's accelerated proximal gradient from an empty image, restarted on wish."""

    name: ClassVar[str] = "fista"
    title: ClassVar[str] = "FISTA"
    idea: ClassVar[str] = "The proximal gradient that remembers where it was going."
    equation: ClassVar[str] = (
        r"m_{k+1} = \mathrm{prox}_{\tau g}\bigl(y_k - \tau\, G^T(G y_k - d)\bigr), \quad "
        r"y_{k+1} = m_{k+1} + \tfrac{t_k - 1}{t_{k+1}} (m_{k+1} - m_k)"
    )
    source: ClassVar[str] = (
        "A. Beck and M. Teboulle (2009), doi:10.1137/080716542; "
        "B. O'Donoghue and E. Candès (2015), doi:10.1007/s10208-013-9150-3"
    )

    prior: str = param("tv", choices=priors_for("fista"), symbol="g", help=PRIOR_HELP)
    sigma: float = param(0.01, **SIGMA)
    iterations: int = param(50, low=0, high=2000, symbol="k", help="Steps to take.")
    inner_iterations: int = param(20, **INNER)
    inner_rule: str = param("pyproximal", choices=INNER_RULES, help=INNER_RULE_HELP)
    restart: bool = param(True, help="Drop the momentum when it points uphill.")
    step: float = param(
        0.99,
        low=0.05,
        high=3.0,
        unit="1/L",
        symbol=r"\tau",
        help="The step in units of 1/L, L = ‖G‖². Convergence is certain up to 1.",
    )

    def iterate(self, operator: Projector, data: Array) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        prior = self.make_prior(
            operator.size, Inner(iterations=self.inner_iterations, rule=self.inner_rule)
        )
        solver = Solver()
        image, point = solver.setup(
            proxf=DataTerm(operator, data),
            proxg=prior,
            x0=start(operator),
            tau=self.step / operator.norm_squared,
            acceleration="fista",
        )
        yield step_from(operator, image)
        for _ in range(self.iterations):
            before, came_from = image, point
            image, point = solver.step(before, came_from)
            # PyProximal's momentum is a NumPy float64 and would make all that follows so.
            point = point.astype(np.float32, copy=False)
            restarted = self.restart and np.vdot(came_from - image, image - before) > 0
            if restarted:
                solver.t, point = 1.0, image
            yield step_from(operator, image, {**prior.report(), "restart": float(restarted)})

    def bound_broken(self) -> str:
        """The bound on τ, where it is broken."""
        if self.step <= 1:
            return ""
        if self.step <= 4 / 3:
            return (
                f"τ = {self.step:g}/L is beyond 1/L, up to which convergence is proved: it is not "
                "guaranteed."
            )
        return (
            f"τ = {self.step:g}/L is beyond 4/(3L), where momentum turns the strongest component "
            "of the error into growth: it diverges unless the prior holds the image."
        )
