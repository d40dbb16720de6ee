"""Steepest descent with an exact line search on ½‖Gm − d‖².

    g_k = Gᵀ(Gm_k − d),    m_{k+1} = m_k − (‖g_k‖² / ‖Gg_k‖²) g_k

Source: A. Cauchy, C. R. Acad. Sci. Paris 25 (1847) 536-538.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.methods.base import Family, Hue, IterativeMethod, Step
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class SteepestDescent(IterativeMethod):
    """Steepest descent from an empty image, each step as long as is best."""

    name: ClassVar[str] = "steepest_descent"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Steepest descent"
    idea: ClassVar[str] = "Go down along the gradient, each time to the lowest point."
    equation: ClassVar[str] = (
        r"m_{k+1} = m_k - \frac{\lVert g_k \rVert^2}{\lVert G g_k \rVert^2} g_k"
    )
    source: ClassVar[str] = "A. Cauchy (1847)"
    position: ClassVar[int] = 990
    colour: ClassVar[Hue] = "slate"

    iterations: int = param(20, low=0, high=2000, symbol="k", help="Iterations.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        for _ in range(self.iterations):
            gradient = operator.back_project(operator.project(image) - data)
            ahead = operator.project(gradient)
            step = np.vdot(gradient, gradient) / max(np.vdot(ahead, ahead), 1e-30)
            image = image - np.float32(step) * gradient
            yield Step(image=image)
