"""FISTA: the proximal gradient with momentum, restarted when the momentum turns uphill.

    m_{k+1} = prox_{τg}(y_k − τ ∇f(y_k)),    y_{k+1} = m_{k+1} + (t_k − 1)/t_{k+1} (m_{k+1} − m_k)
    t_{k+1} = (1 + √(1 + 4t_k²)) / 2,    0 < τ ≤ 1/L

J_k − J* falls as 1/k² where that of the plain iteration falls as 1/k. Restart: t ← 1, y ← m when
(y_k − m_{k+1})ᵀ(m_{k+1} − m_k) > 0.

Sources: A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183-202, DOI 10.1137/080716542;
restart: B. O'Donoghue and E. Candès, Found. Comput. Math. 15 (2015) 715-732,
DOI 10.1007/s10208-013-9150-3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from pyproximal.optimization.cls_primal import ProximalGradient as Solver

from core.array_types import Sinogram
from core.methods.base import Dash, Hue, Step
from core.methods.support.data_fidelity import DataFidelity
from core.methods.support.proximal import ForwardBackwardMethod, start, step_from
from core.parameter import Value
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class FISTA(ForwardBackwardMethod):
    """PyProximal's accelerated proximal gradient from an empty image, optionally restarted."""

    name: ClassVar[str] = "fista"
    title: ClassVar[str] = "FISTA"
    idea: ClassVar[str] = "The proximal gradient with momentum."
    equation: ClassVar[str] = (
        r"m_{k+1} = \mathrm{prox}_{\tau g}\bigl(\bar m_k - \tau\, G^T(G \bar m_k - d)\bigr), \quad "
        r"\bar m_{k+1} = m_{k+1} + \tfrac{t_k - 1}{t_{k+1}} (m_{k+1} - m_k)"
    )
    source: ClassVar[str] = (
        "A. Beck and M. Teboulle (2009), doi:10.1137/080716542; "
        "B. O'Donoghue and E. Candès (2015), doi:10.1007/s10208-013-9150-3"
    )
    guarantee: ClassVar[str] = (
        "J − J* falls as 1/k² for τ ≤ 1/L, without restart and with an exact prox."
    )
    position: ClassVar[int] = 20
    colour: ClassVar[Hue] = "orange"
    dash: ClassVar[Dash] = "dash"
    compared_with: ClassVar[Mapping[str, Value]] = {"inner_iterations": 60}

    restart: bool = param(True, help="Drop the momentum when it points uphill.")
    step: float = param(
        0.99,
        low=0.05,
        high=3.0,
        unit="1/L",
        symbol=r"\tau",
        help="The step in units of 1/L, L = ‖G‖². Convergence is guaranteed up to 1.",
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        prior = self.prior_of(operator)
        solver = Solver()
        m, y = solver.setup(
            proxf=DataFidelity(operator, data),
            proxg=prior,
            x0=start(operator),
            tau=self.step / operator.norm_squared,
            acceleration="fista",
        )
        yield step_from(operator, m)
        for _ in range(self.iterations):
            m_k, y_k = m, y
            m, y = solver.step(m_k, y_k)
            # PyProximal's momentum is a NumPy float64 and would make all that follows so.
            y = y.astype(np.float32, copy=False)
            restarted = self.restart and np.vdot(y_k - m, m - m_k) > 0
            if restarted:
                solver.t, y = 1.0, m
            yield step_from(operator, m, {**prior.report(), "restart": float(restarted)})

    def caution(self) -> str:
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
