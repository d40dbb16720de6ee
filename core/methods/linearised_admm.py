"""Linearised ADMM: ADMM whose quadratic is replaced by one gradient step, so nothing is solved.

    m ← P(m − (μ/τ) Aᵀ(Am − z + u)),    z ← prox_{τF}(Am + u),    u ← u + Am − z,    μ‖A‖² ≤ τ

for min_m F(Am) with A = [G; K], F(z₁, z₂) = ½‖z₁ − d‖² + h(z₂), P the projection on the prior's
constraint. It is PDHG in other variables, without the look ahead. `fast` balances and
preconditions A (see `splitting`).

Source: N. Parikh and S. Boyd, Proximal algorithms, Found. Trends Optim. 1 (2014) 127-239,
section 4.4.2, DOI 10.1561/2400000003.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from pyproximal.optimization.cls_primal import LinearizedADMM as Solver

from core.methods.base import Array, Step
from core.methods.data_term import balanced_tau
from core.methods.parameters import param
from core.methods.priors import priors_for
from core.methods.proximal import PRIOR_HELP, SIGMA, ProximalMethod, start, step_from
from core.methods.splitting import FAST_TAU, stack
from core.problem.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class LinearisedADMM(ProximalMethod):
    """PyProximal's linearised ADMM from an empty image."""

    name: ClassVar[str] = "linearised_admm"
    title: ClassVar[str] = "Linearised ADMM"
    idea: ClassVar[str] = "ADMM that takes one step towards the fit instead of solving for it."
    equation: ClassVar[str] = (
        r"m_{k+1} = P\bigl(m_k - \tfrac{\mu}{\tau} A^T (A m_k - z_k + u_k)\bigr), \quad "
        r"z_{k+1} = \mathrm{prox}_{\tau F}(A m_{k+1} + u_k), \quad "
        r"A = \begin{bmatrix} G \\ K \end{bmatrix}"
    )
    source: ClassVar[str] = "N. Parikh and S. Boyd (2014), doi:10.1561/2400000003"

    prior: str = param(
        "tv", choices=priors_for("linearised_admm"), symbol="h(K m)", help=PRIOR_HELP
    )
    sigma: float = param(0.01, **SIGMA)
    tau: float = param(
        1.0,
        low=1e-3,
        high=1e3,
        log=True,
        symbol=r"\tau",
        help="τ in units of ‖A‖, or of the balanced one with fast. Every τ converges, at its pace.",
    )
    step: float = param(
        0.99,
        low=0.05,
        high=3.0,
        symbol=r"\mu\lVert A \rVert^2/\tau",
        help="The step over its bound. Convergence is proved up to 1.",
    )
    iterations: int = param(200, low=0, high=5000, symbol="k", help="Steps to take.")
    fast: bool = param(False, help="The same minimum sooner: a balanced, preconditioned A.")

    def iterate(self, operator: Projector, data: Array) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        problem = stack(operator, data, self.make_prior(operator.size).split(), self.fast)
        bound = problem.norm_squared
        natural = bound**0.5
        if self.fast:
            natural = FAST_TAU * balanced_tau(operator, data, self.sigma) * bound
        tau = self.tau * natural
        solver = Solver()
        image, copy = solver.setup(
            proxf=problem.constraint,
            proxg=problem.function,
            A=problem.operator,
            x0=start(operator),
            tau=tau,
            mu=self.step * tau / bound,
        )
        yield step_from(operator, image)
        for _ in range(self.iterations):
            image, copy = solver.step(image, copy)
            yield step_from(operator, image)

    def bound_broken(self) -> str:
        """The bound on μ, where it is broken."""
        if self.step <= 1:
            return ""
        return (
            f"μ‖A‖²/τ = {self.step:g} is beyond 1, up to which convergence is proved: it is not "
            "guaranteed, and beyond 4/3 it diverges as a rule."
        )
