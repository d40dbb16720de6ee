"""PDHG, the primal-dual hybrid gradient: image and dual variable chase one saddle point.

    y ← prox_{μF*}(y + μA m̄),    m ← P(m − τAᵀy),    m̄ ← 2m − m_before,    τμ‖A‖² < 4/3

for min_m F(Am) with A = [G; K], F(y₁, y₂) = ½‖y₁ − d‖² + h(y₂), P the projection on the prior's
constraint: only closed forms, no system to solve. `adaptive` lets τ/μ follow the residuals.
`fast` balances and preconditions A (see `splitting`).

Sources: A. Chambolle and T. Pock, J. Math. Imaging Vis. 40 (2011) 120-145,
DOI 10.1007/s10851-010-0251-1, for a product below 1; below 4/3: S. Banert, M. Upadhyaya and
P. Giselsson, The Chambolle-Pock method converges weakly with θ > 1/2 and
τσ‖L‖² < 4/(1 + 2θ), arXiv 2309.03998 (2023); T. Goldstein, M. Li, X. Yuan, E. Esser and R.
Baraniuk, Adaptive primal-dual hybrid gradient methods for saddle-point problems, arXiv 1305.0546
(2013).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, final

from pyproximal.optimization.cls_primaldual import AdaptivePrimalDual, PrimalDual

from core.array_types import Sinogram
from core.methods.base import Hue, Step
from core.methods.priors import Form
from core.methods.support.data_fidelity import balanced_tau
from core.methods.support.proximal import (
    PROVED,
    ProximalMethod,
    prior_param,
    start,
    step_from,
)
from core.methods.support.splitting import FAST_TAU, stack
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class PDHG(ProximalMethod):
    """PyProximal's primal-dual solvers from an empty image."""

    name: ClassVar[str] = "pdhg"
    title: ClassVar[str] = "PDHG (Chambolle–Pock)"
    idea: ClassVar[str] = "Descend in the image, ascend in the dual variable, with extrapolation."
    equation: ClassVar[str] = (
        r"y_{k+1} = \mathrm{prox}_{\mu F^*}(y_k + \mu A \bar m_k), \newline "
        r"m_{k+1} = P(m_k - \tau A^T y_{k+1}), \newline "
        r"\bar m_{k+1} = 2 m_{k+1} - m_k, \newline A = \begin{bmatrix} G \\ K \end{bmatrix}"
    )
    source: ClassVar[str] = (
        "A. Chambolle and T. Pock (2011), doi:10.1007/s10851-010-0251-1; "
        "T. Goldstein et al. (2013), arXiv:1305.0546"
    )
    guarantee: ClassVar[str] = (
        "Converges to a minimum for τμ‖A‖² < 4/3; the mean of the iterates as 1/k."
    )
    position: ClassVar[int] = 50
    colour: ClassVar[Hue] = "teal"
    prior_form: ClassVar[Form] = "split"
    has_fast: ClassVar[bool] = True

    prior: str = prior_param("split")
    iterations: int = param(200, low=0, high=5000, symbol="k", help="Steps to take.")
    step: float = param(
        0.99,
        low=0.05,
        high=3.0,
        symbol=r"\tau\mu\lVert A \rVert^2",
        help="The product of the steps. Convergence is proved below 4/3; beyond, it diverges as a "
        "rule.",
    )
    ratio: float = param(
        1.0,
        low=1e-4,
        high=1e4,
        log=True,
        symbol=r"\tau/\mu",
        help="Image step over dual step; 1 is the textbook's, or the balanced one with fast.",
    )
    adaptive: bool = param(False, help="Let the ratio follow the primal and dual residuals.")
    fast: bool = param(False, help="Faster to the same minimum: a balanced, preconditioned A.")

    @property
    def recipe(self) -> str:
        """The fast form has a recipe of its own."""
        return f"{self.name}_fast" if self.fast else self.name

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        split = self.make_prior(operator.dims).split()
        problem = stack(operator, data, split, self.fast)
        product = self.step / problem.norm_squared
        # √(τ/μ) times √(τμ) is τ; the balanced stack has a τ that suits it.
        tau = FAST_TAU * balanced_tau(operator, data, self.weight) if self.fast else product**0.5
        tau *= self.ratio**0.5
        setting: dict[str, Any] = {
            "proxf": problem.constraint,
            "proxg": problem.function,
            "A": problem.operator,
            "x0": start(operator, split.auxiliary),
            "tau": tau,
            "mu": product / tau,
        }
        yield step_from(operator, setting["x0"])
        if self.adaptive:
            adaptive = AdaptivePrimalDual()
            m, y = adaptive.setup(**setting)
            for _ in range(self.iterations):
                m, y = adaptive.step(m, y)
                yield step_from(operator, m, {"ratio": adaptive.tau / adaptive.mu})
            return
        solver = PrimalDual()
        m, m_bar, y = solver.setup(**setting)
        for _ in range(self.iterations):
            m, m_bar, y = solver.step(m, m_bar, y)
            yield step_from(operator, m)

    def caution(self) -> str:
        """The bound on τμ, where it is broken."""
        if self.step <= PROVED:
            return ""
        return (
            f"τμ‖A‖² = {self.step:g} is beyond 4/3, up to which convergence is proved: it "
            "diverges as a rule."
        )
