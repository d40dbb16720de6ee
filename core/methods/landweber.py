"""Landweber's iteration: back-project what is not yet explained, again and again.

    m_{k+1} = m_k + (λ/L) Gᵀ(d − G m_k),    L = ‖G‖²

From zero, the component of d in the singular pair (σᵢ, uᵢ) has come through by the factor
1 − (1 − λσᵢ²/L)ᵏ after k steps: a low-pass filter that opens with k, so stopping early
regularises. It is gradient descent with a fixed step, read as a filter.

Source: L. Landweber, An iteration formula for Fredholm integral equations of the first kind,
Amer. J. Math. 73 (1951) 615-624, DOI 10.2307/2372313.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import step_bound_sentence
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class Landweber(IterativeMethod):
    """Landweber's iteration from an empty image; non-negativity by projection."""

    name: ClassVar[str] = "landweber"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Landweber"
    idea: ClassVar[str] = "A filter that opens as it iterates: stop before it lets the noise in."
    equation: ClassVar[str] = (
        r"m_{k+1} = m_k + \tfrac{\lambda}{L} G^T (d - G m_k), \quad "
        r"\phi_k(\sigma) = 1 - (1 - \lambda \sigma^2 / L)^k"
    )
    source: ClassVar[str] = "L. Landweber (1951), doi:10.2307/2372313"
    minimises: ClassVar[str] = "½‖Gm − d‖²"
    guarantee: ClassVar[str] = (
        "Converges to a least-squares solution for λ < 2; with noise it must be stopped in time."
    )
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 80
    colour: ClassVar[Hue] = "olive"
    dash: ClassVar[Dash] = "dot"

    relaxation: float = param(
        1.9,
        low=0.05,
        high=3.0,
        symbol=r"\lambda",
        help="Between 0 and 2 it converges, the faster the larger; beyond 2 it diverges.",
    )
    nonnegative: bool = param(False, help="Set negative pixels to zero after each step.")
    iterations: int = param(100, low=0, high=2000, symbol="k", help="Iterations.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        tau = np.float32(self.relaxation / operator.norm_squared)
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        for _ in range(self.iterations):
            image = image + tau * operator.back_project(data - operator.project(image))
            if self.nonnegative:
                np.maximum(image, 0, out=image)
            yield Step(image=image)

    def caution(self) -> str:
        """The bound on λ, where it is broken."""
        return step_bound_sentence(self.relaxation) if self.relaxation > 2 else ""
