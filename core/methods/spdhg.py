"""SPDHG, the stochastic primal-dual hybrid gradient: PDHG that looks at a few views at a time.

    m ← P(m − τz̄),    y_i ← prox_{μ_i F_i*}(y_i + μ_i A_i m)  for one i drawn at random,
    z ← z + δ,    z̄ ← z + nδ,    δ = A_iᵀ(y_i − y_i before),    τμ_i‖A_i‖² < 1/n

for min_m Σ F_i(A_i m) with A_i = [G_i; K], F_i(y₁, y₂) = ½‖y₁ − d_i‖² + h(y₂)/n, G_i every n-th
view and P the projection on the prior's constraint. z is Σ A_iᵀy_i, kept up to date instead of
computed anew. With one subset it is PDHG that looks ahead with its dual variable.

Source: A. Chambolle, M. J. Ehrhardt, P. Richtárik and C.-B. Schönlieb, Stochastic primal-dual
hybrid gradient algorithm with arbitrary sampling and imaging applications, SIAM J. Optim. 28
(2018) 2783-2808, DOI 10.1137/17M1134834.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.methods.base import Dash, Hue, Step
from core.methods.priors import Form, prior_named
from core.methods.support.ordered_subsets import part_of
from core.methods.support.proximal import ProximalMethod, prior_param, start, step_from
from core.methods.support.splitting import Stack, stack
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class SPDHG(ProximalMethod):
    """SPDHG with serial uniform sampling from an empty image; an iteration is a pass."""

    name: ClassVar[str] = "spdhg"
    title: ClassVar[str] = "SPDHG (stochastic)"
    idea: ClassVar[str] = "PDHG that updates the dual of a few views at a time, drawn at random."
    equation: ClassVar[str] = (
        r"\min_m \max_y \; \sum_{i=1}^n y_i^T A_i m - F_i^*(y_i), \quad "
        r"A_i = \begin{bmatrix} G_i \\ K \end{bmatrix}, \quad "
        r"\tau\mu_i \lVert A_i \rVert^2 < \tfrac1n"
    )
    source: ClassVar[str] = (
        "A. Chambolle, M. J. Ehrhardt, P. Richtárik and C.-B. Schönlieb (2018), "
        "doi:10.1137/17M1134834"
    )
    guarantee: ClassVar[str] = "Converges to a minimum with probability one for τμᵢ‖Aᵢ‖² < 1/n."
    cost: ClassVar[str] = "G, Gᵀ and n steps of the prior's dual in each pass"
    position: ClassVar[int] = 55
    colour: ClassVar[Hue] = "teal"
    dash: ClassVar[Dash] = "dashdot"
    prior_form: ClassVar[Form] = "split"

    prior: str = prior_param("split")
    subsets: int = param(
        8,
        low=1,
        high=100,
        symbol="n",
        help="Each has every n-th view; as many as there are views at most. 1: PDHG.",
    )
    iterations: int = param(
        100, low=0, high=5000, unit="passes", symbol="k", help="Epochs of n steps, one subset each."
    )
    step: float = param(
        0.99,
        low=0.05,
        high=3.0,
        symbol=r"n\tau\mu_i\lVert A_i \rVert^2",
        help="The product of the steps, relative to its bound. Convergence is proved below 1.",
    )
    ratio: float = param(
        1.0,
        low=1e-4,
        high=1e4,
        log=True,
        symbol=r"n\tau/\mu",
        help="n times the image step over the dual step; 1 is the textbook's.",
    )
    seed: int = param(0, low=0, high=9999, help="Seed of the draws.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the image after each pass, from an empty image."""
        parts = self.problems(operator, data)
        tau, mus = self.step_sizes(parts)
        split = prior_named(self.prior)(operator.dims, self.sigma).split()
        m = start(operator, split.auxiliary)
        duals = [np.zeros(part.operator.shape[0], np.float32) for part in parts]
        z = np.zeros_like(m)
        z_bar = z
        draws = np.random.Generator(np.random.PCG64(self.seed))
        yield step_from(operator, m)
        for _ in range(self.iterations):
            for i in draws.integers(len(parts), size=len(parts)):
                A, F, mu = parts[i].operator, parts[i].function, mus[i]
                m = parts[i].constraint.prox(m - np.float32(tau) * z_bar, tau)
                y = F.proxdual(duals[i] + np.float32(mu) * A.matvec(m), mu)
                delta = A.rmatvec(y - duals[i])
                duals[i] = y
                z = z + delta
                z_bar = z + np.float32(len(parts)) * delta
            yield step_from(operator, m)

    def problems(self, operator: Projector, data: Sinogram) -> list[Stack]:
        """Each subset's A_i and F_i, with its share of the prior."""
        count = min(self.subsets, len(data))
        split = prior_named(self.prior)(operator.dims, self.sigma / count).split()
        views = [np.arange(first, len(data), count) for first in range(count)]
        return [stack(part_of(operator, v), data[v], split, balanced=False) for v in views]

    def step_sizes(self, parts: Sequence[Stack]) -> tuple[float, list[float]]:
        """τ and all μ_i, with nτμ_i‖A_i‖² = `step`."""
        product = self.step / max(part.norm_squared for part in parts)
        tau = (product * self.ratio) ** 0.5 / len(parts)
        return tau, [self.step / (len(parts) * part.norm_squared * tau) for part in parts]

    def caution(self) -> str:
        """The bound on τμ_i, where it is broken."""
        if self.step <= 1:
            return ""
        return (
            f"nτμ‖A‖² = {self.step:g} is beyond 1, up to which convergence is proved: it is not "
            "guaranteed, and far beyond it diverges."
        )
