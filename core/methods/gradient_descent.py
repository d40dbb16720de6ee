"""Gradient descent on the misfit, with a fixed step, the best step, or momentum.

    f(m) = ½‖Gm − d‖²,    m ← m − τ ∇f(m),    ∇f(m) = Gᵀ(Gm − d)

With L = ‖G‖² the error in the singular direction σᵢ is multiplied by 1 − τσᵢ² in each step, so
a fixed step converges for 0 < τ < 2/L and diverges beyond. Line search: τ = ‖∇f‖²/‖G∇f‖².
Nesterov: the gradient is taken at m + (tₖ₋₁ − 1)/tₖ (m − m₋), tₖ = (1 + √(1 + 4tₖ₋₁²))/2.

Source: A. Cauchy, C. R. Acad. Sci. Paris 25 (1847) 536-538; Y. Nesterov, Soviet Math. Dokl. 27
(1983) 372-376.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float32Array, Sinogram
from core.methods.base import Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import SOLVED, Steps, step_bound_sentence
from core.parameters import param
from core.projection.projector import Projector

RULES = ("constant", "line_search", "nesterov")


@final
@dataclass(frozen=True, kw_only=True)
class GradientDescent(IterativeMethod):
    """Gradient descent; non-negativity by projection."""

    name: ClassVar[str] = "gradient_descent"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Gradient descent"
    idea: ClassVar[str] = "Project, compare, back-project the difference, take a step; repeat."
    equation: ClassVar[str] = r"m_{k+1} = m_k - \tau\, G^T (G m_k - d), \quad 0 < \tau < 2 / L"
    source: ClassVar[str] = (
        "A. Cauchy, C. R. Acad. Sci. Paris 25 (1847) 536-538; "
        "Y. Nesterov, Soviet Math. Dokl. 27 (1983) 372-376"
    )
    minimises: ClassVar[str] = "½‖Gm − d‖²"
    guarantee: ClassVar[str] = (
        "Converges to a least-squares solution for τ < 2/L; with noise it must be stopped in time."
    )
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 40
    colour: ClassVar[Hue] = "olive"

    rule: str = param(
        "constant", choices=RULES, help="A fixed step, the best step each time, or momentum."
    )
    step: float = param(
        1.0,
        low=0.05,
        high=3.0,
        unit="1/L",
        symbol=r"\tau",
        help="The step in units of 1/L, L = ‖G‖². Beyond 2 it diverges; with momentum, beyond "
        "1.33. The line search chooses its own.",
    )
    nonnegative: bool = param(False, help="Set negative pixels to zero after each step.")
    iterations: int = param(50, low=0, high=2000, symbol="k", help="Steps to take.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        if self.rule == "line_search":
            return self._line_search(operator, data)
        return self._fixed_step(operator, data)

    def caution(self) -> str:
        """The bound on the step that this run breaks, as a sentence; "" if it breaks none."""
        if self.rule == "nesterov" and self.step > 4 / 3:
            return f"The step {self.step:g}/L is beyond 4/(3L), the bound with momentum."
        if self.rule == "constant" and self.step > 2:
            return step_bound_sentence(self.step)
        return ""

    def _fixed_step(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        tau = np.float32(self.step / operator.norm_squared)
        image = np.zeros(operator.dims, np.float32)
        point, t = image, 1.0
        yield Step(image=image)
        for _ in range(self.iterations):
            previous = image
            image = point - tau * operator.back_project(operator.project(point) - data)
            if self.nonnegative:
                np.maximum(image, 0, out=image)
            yield Step(image=image)
            point = image
            if self.rule == "nesterov":
                t_previous, t = t, (1 + np.sqrt(1 + 4 * t * t)) / 2
                point = image + np.float32((t_previous - 1) / t) * (image - previous)

    def _line_search(self, operator: Projector, data: Sinogram) -> Steps:
        image = np.zeros(operator.dims, np.float32)
        residual = -data
        yield Step(image=image)
        for _ in range(self.iterations):
            direction = -operator.back_project(residual)
            projected = operator.project(direction)
            tau = _best_step(residual, projected)
            if self.nonnegative:
                # The image may move only as far as the constraint lets it: search the line to
                # the clipped image, whose points are all non-negative.
                direction = np.maximum(image + np.float32(tau) * direction, 0) - image
                projected = operator.project(direction)
                tau = min(_best_step(residual, projected), 1.0)
            if tau <= 0:
                return SOLVED
            image = image + np.float32(tau) * direction
            residual = residual + np.float32(tau) * projected
            yield Step(image=image, values={"step_size": tau})
        return None


def _best_step(residual: Sinogram, projected: Float32Array) -> float:
    """The τ that makes ‖residual + τ projected‖ least; 0 where `projected` is zero."""
    curvature = float(np.vdot(projected, projected))
    return -float(np.vdot(residual, projected)) / curvature if curvature > 0 else 0.0
