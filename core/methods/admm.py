"""ADMM in the lecture's form: the gradient of the image becomes a variable of its own.

    x ← argmin ½‖Gx − d‖² + 1/(2τ) ‖Kx − z + u‖²,    z ← prox_{τh}(Kx + u),    u ← u + Kx − z

for the prior h(Km), K = ∇ for total variation. The lecture's settings: h the L21 norm with
σ = 0.01, τ = 0.99/8, 20 iterations with 20 LSQR iterations each, which are far from the minimum.
`fast` splits at the image itself, K = I: then the x-update is solved among the data with a
preconditioner, the z-update is the prox of the whole prior, both start from where they ended,
and τ balances the two.

Source: S. Boyd et al., Distributed optimization and statistical learning via the alternating
direction method of multipliers, Found. Trends Mach. Learn. 3 (2011) 1-122,
DOI 10.1561/2200000016.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from pyproximal.optimization import cls_primal

from core.array_types import Sinogram
from core.methods.base import Hue, Step
from core.methods.priors import Form, InnerLoop
from core.methods.support.data_fidelity import DataFidelity, balanced_tau
from core.methods.support.lsqr_update import StackedSystem
from core.methods.support.proximal import ProximalMethod, prior_param, start, step_from
from core.methods.support.splitting import as_rows, on_all_unknowns
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class ADMM(ProximalMethod):
    """The alternating direction method of multipliers from an empty image."""

    name: ClassVar[str] = "admm"
    title: ClassVar[str] = "ADMM"
    idea: ClassVar[str] = (
        "Fit the data with a quadratic pull, apply the prior's prox, add up where they "
        "disagree (the scaled dual variable); repeat."
    )
    equation: ClassVar[str] = (
        r"m_{k+1} = \arg\min_m \tfrac12 \lVert Gm - d \rVert^2 "
        r"+ \tfrac{1}{2\tau} \lVert Km - z_k + u_k \rVert^2, \newline "
        r"z_{k+1} = \mathrm{prox}_{\tau\sigma h}(K m_{k+1} + u_k), \newline "
        r"u_{k+1} = u_k + K m_{k+1} - z_{k+1}"
    )
    source: ClassVar[str] = "S. Boyd et al. (2011), doi:10.1561/2200000016"
    guarantee: ClassVar[str] = (
        "Converges to a minimum for every τ, where each least-squares problem is solved well "
        "enough."
    )
    cost: ClassVar[str] = "a least-squares problem and the prior's prox in each iteration"
    position: ClassVar[int] = 30
    colour: ClassVar[Hue] = "green"
    prior_form: ClassVar[Form] = "split"
    iteration_cost: ClassVar[int] = 5
    has_fast: ClassVar[bool] = True

    prior: str = prior_param("split", default="l21_gradient")
    iterations: int = param(20, low=0, high=1000, symbol="k", help="Steps to take.")
    tau: float = param(
        0.12375,
        low=1e-3,
        high=1e3,
        log=True,
        symbol=r"\tau",
        help="The larger, the weaker the pull between m and z. Every τ converges, at its own "
        "pace, if "
        "the least-squares problems are solved well enough.",
    )
    inner_iterations: int = param(
        20, low=1, high=500, help="LSQR iterations for each image; fast: of the prior's prox."
    )
    fast: bool = param(
        False,
        help="Faster to the same minimum: another splitting, preconditioned, with its own τ.",
    )

    @property
    def recipe(self) -> str:
        """The fast form has a recipe of its own."""
        return f"{self.name}_fast" if self.fast else self.name

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        return self._fast(operator, data) if self.fast else self._plain(operator, data)

    def _plain(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        split = self.make_prior(operator.dims).split()
        K, h = as_rows(split)
        system = StackedSystem(
            operator=on_all_unknowns(operator, split), data=data, rows=K, weight=self.tau**-0.5
        )
        x = start(operator, split.auxiliary)
        steepest = float(np.linalg.norm(operator.back_project(data)))
        z = K.matvec(x)
        u = np.zeros_like(z)
        yield step_from(operator, x)
        for _ in range(self.iterations):
            x, gradient_norm = system.lsqr(x, z - u, self.inner_iterations)
            Kx = K.matvec(x)
            z = h.prox(Kx + u, self.tau)
            u = u + Kx - z
            # A constraint holds in z, whose last part is then the image itself.
            m = z[-split.pixels :] if split.constrained else x
            residual = gradient_norm / steepest if steepest > 0 else 0.0
            yield step_from(operator, m, {"inner_residual": residual})

    def _fast(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        inner = InnerLoop(iterations=self.inner_iterations, warm=True)
        prior = self.make_prior(operator.dims, inner)
        misfit = DataFidelity(operator, data)
        solver = cls_primal.ADMM()
        x, z = solver.setup(
            proxf=misfit,
            proxg=prior,
            x0=start(operator),
            tau=balanced_tau(operator, data, self.weight),
        )
        yield step_from(operator, x)
        constrained = prior.split().constrained
        for _ in range(self.iterations):
            x, z = solver.step(x, z)
            m = z if constrained else x
            yield step_from(operator, m, {**misfit.report(), **prior.report()})
