"""Proximal gradient (ISTA): a gradient step for the data, then a prox step for the prior.

    m_{k+1} = prox_{τg}(m_k − τ ∇f(m_k)),    ∇f(m) = Gᵀ(Gm − d),    0 < τ < 2/L,    L = ‖G‖²

It is the fixed-point iteration of 0 ∈ ∇f(m) + ∂g(m). The lecture's settings: τ = 0.99/L, total
variation with σ = 0.01, 50 iterations.

Sources: P. L. Combettes and V. R. Wajs, Signal recovery by proximal forward-backward splitting,
Multiscale Model. Simul. 4 (2005) 1168-1200, DOI 10.1137/050626090.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from pyproximal.optimization.cls_primal import ProximalGradient as Solver

from core.array_types import Sinogram
from core.methods.base import Hue, Step
from core.methods.support.data_fidelity import DataFidelity
from core.methods.support.proximal import ForwardBackwardMethod, start, step_from
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class ProximalGradient(ForwardBackwardMethod):
    """PyProximal's proximal gradient from an empty image."""

    name: ClassVar[str] = "proximal_gradient"
    title: ClassVar[str] = "Proximal gradient"
    idea: ClassVar[str] = "A gradient step on the misfit, then the prox of the prior; repeat."
    equation: ClassVar[str] = (
        r"m_{k+1} = \mathrm{prox}_{\tau g}\bigl(m_k - \tau\, G^T(G m_k - d)\bigr), "
        r"\quad 0 < \tau < 2 / L"
    )
    source: ClassVar[str] = "P. L. Combettes and V. R. Wajs (2005), doi:10.1137/050626090"
    guarantee: ClassVar[str] = "J − J* falls as 1/k for τ ≤ 1/L; the iterates converge for τ < 2/L."
    position: ClassVar[int] = 10
    colour: ClassVar[Hue] = "orange"

    step: float = param(
        0.99,
        low=0.05,
        high=3.0,
        unit="1/L",
        symbol=r"\tau",
        help="The step in units of 1/L, L = ‖G‖². Convergence is guaranteed below 2.",
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
        )
        yield step_from(operator, m)
        for _ in range(self.iterations):
            m, y = solver.step(m, y)
            yield step_from(operator, m, prior.report())

    def caution(self) -> str:
        """The bound on τ, where it is broken."""
        if self.step <= 2:
            return ""
        return (
            f"τ = {self.step:g}/L is beyond its bound 2/L: each gradient step multiplies the "
            f"strongest component of the error by {1 - self.step:.3g}, so it diverges unless the "
            "prior holds the image."
        )
