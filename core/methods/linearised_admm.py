"""Linearised ADMM: ADMM whose quadratic is replaced by one gradient step, so nothing is solved.

    m ← P(m − (μ/τ) Aᵀ(Am − z + u)),    z ← prox_{τF}(Am + u),    u ← u + Am − z,    μ‖A‖² < 4τ/3

for min_m F(Am) with A = [G; K], F(z₁, z₂) = ½‖z₁ − d‖² + h(z₂), P the projection on the prior's
constraint. It is PDHG in other variables: PDHG's extrapolation appears here as the dual
variable u.

Sources: N. Parikh and S. Boyd, Proximal algorithms, Found. Trends Optim. 1 (2014) 127-239,
section 4.4.2, DOI 10.1561/2400000003; the bound 4/3 in place of 1: B. He, F. Ma and X. Yuan,
Optimally linearizing the alternating direction method of multipliers for convex programming (2020),
and for PDHG, as ADMM with an indefinite proximal term,
Y. Ma, X. Cai, B. Jiang and D. Han (2023), arXiv:2301.02984. There is no larger one: where F asks
for Am = 0, the iteration has the eigenvalue −1 at 4/3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from pyproximal.optimization.cls_primal import LinearizedADMM as Solver

from core.array_types import Sinogram
from core.methods.base import Dash, Hue, Step
from core.methods.priors import Form
from core.methods.support.proximal import (
    PROVED,
    ProximalMethod,
    prior_param,
    start,
    step_from,
)
from core.methods.support.splitting import stack
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class LinearisedADMM(ProximalMethod):
    """PyProximal's linearised ADMM from an empty image."""

    name: ClassVar[str] = "linearised_admm"
    title: ClassVar[str] = "Linearised ADMM"
    idea: ClassVar[str] = "ADMM that takes one step towards the fit instead of solving for it."
    equation: ClassVar[str] = (
        r"m_{k+1} = P\bigl(m_k - \tfrac{\mu}{\tau} A^T (A m_k - z_k + u_k)\bigr), \newline "
        r"z_{k+1} = \mathrm{prox}_{\tau F}(A m_{k+1} + u_k), \newline "
        r"u_{k+1} = u_k + A m_{k+1} - z_{k+1}, \newline "
        r"A = \begin{bmatrix} G \\ K \end{bmatrix}"
    )
    source: ClassVar[str] = "N. Parikh and S. Boyd (2014), doi:10.1561/2400000003"
    guarantee: ClassVar[str] = "Converges to a minimum for μ‖A‖² < 4τ/3."
    position: ClassVar[int] = 40
    colour: ClassVar[Hue] = "green"
    dash: ClassVar[Dash] = "dash"
    prior_form: ClassVar[Form] = "split"

    prior: str = prior_param("split")
    iterations: int = param(200, low=0, high=5000, symbol="k", help="Steps to take.")
    tau: float = param(
        1.0,
        low=1e-3,
        high=1e3,
        log=True,
        symbol=r"\tau",
        unit="‖A‖",
        help="The larger, the longer the image's steps. Every τ converges, at its own pace.",
    )
    step: float = param(
        0.99,
        low=0.05,
        high=3.0,
        symbol=r"\mu\lVert A \rVert^2/\tau",
        help="The step relative to its bound. Convergence is proved below 4/3; beyond, it diverges "
        "as a rule.",
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        split = self.make_prior(operator.dims).split()
        problem = stack(operator, data, split, balanced=False)
        tau = self.tau * problem.norm_squared**0.5
        solver = Solver()
        m, z = solver.setup(
            proxf=problem.constraint,
            proxg=problem.function,
            A=problem.operator,
            x0=start(operator, split.auxiliary),
            tau=tau,
            mu=self.step * tau / problem.norm_squared,
        )
        yield step_from(operator, m)
        for _ in range(self.iterations):
            m, z = solver.step(m, z)
            yield step_from(operator, m)

    def caution(self) -> str:
        """The bound on μ, where it is broken."""
        if self.step <= PROVED:
            return ""
        return (
            f"μ‖A‖²/τ = {self.step:g} is beyond 4/3, up to which convergence is proved: it "
            "diverges as a rule."
        )
