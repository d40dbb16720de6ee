"""LSQR: the iterates of CGLS by bidiagonalisation, with damping at no extra cost.

    min_m  ½‖d − Gm‖² + ½ε²‖m‖²,    G V_k = U_{k+1} B_k,
    m_k = V_k y_k,    y_k = argmin_y ‖β₁e₁ − B_k y‖² + ε²‖y‖²

Source: C. C. Paige and M. A. Saunders, LSQR: an algorithm for sparse linear equations and sparse
least squares, ACM Trans. Math. Softw. 8 (1982) 43-71, DOI 10.1145/355984.355989.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Image, Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import lsqr_steps
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class LSQR(IterativeMethod):
    """PyLops' LSQR from an empty image."""

    name: ClassVar[str] = "lsqr"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "LSQR"
    idea: ClassVar[str] = (
        "The same images as CGLS in a numerically more stable way, with optional damping."
    )
    equation: ClassVar[str] = (
        r"m_k = \operatorname*{argmin}_{m \in \mathcal K_k} \tfrac12 \lVert d - Gm \rVert^2 "
        r"+ \tfrac12 \epsilon^2 \lVert m \rVert^2"
    )
    source: ClassVar[str] = "C. C. Paige and M. A. Saunders (1982), doi:10.1145/355984.355989"
    minimises: ClassVar[str] = "½‖Gm − d‖² + ½ε²‖m‖²"
    guarantee: ClassVar[str] = "As CGLS, numerically more stable."
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 70
    colour: ClassVar[Hue] = "brown"
    dash: ClassVar[Dash] = "dash"

    damping: float = param(
        0.0,
        low=0,
        high=100,
        regularises=True,
        symbol=r"\epsilon",
        help="Keeps the image small; 0 is plain LSQR.",
    )
    iterations: int = param(
        20, low=0, high=1000, symbol="k", help="With noise, too many are worse than too few."
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield LSQR's iterates from an empty image."""
        return lsqr_steps(
            operator, np.ravel(data), operator.dims, self.iterations, damping=self.damping
        )

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """½ε²‖m‖²."""
        return 0.5 * self.damping**2 * float(np.vdot(image, image))
