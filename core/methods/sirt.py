"""SIRT: Landweber's iteration with every ray and every pixel given its own weight.

    m_{k+1} = m_k + λ C Gᵀ V (d − G m_k),    V = diag(1 / Σⱼ Gᵢⱼ),    C = diag(1 / Σᵢ Gᵢⱼ)

V turns ray sums into means, C spreads what is left over evenly; the eigenvalues of C Gᵀ V G lie
in [0, 1], so no norm is needed and 0 < λ < 2 converges, to argmin ‖d − Gm‖_V.

Source: P. Gilbert, J. Theor. Biol. 36 (1972) 105-117, DOI 10.1016/0022-5193(72)90180-4;
J. Gregor and T. Benson, IEEE Trans. Med. Imaging 27 (2008) 918-924,
DOI 10.1109/TMI.2008.923696.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.methods.base import Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import inverse_or_zero
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class SIRT(IterativeMethod):
    """SIRT from an empty image; non-negativity by projection."""

    name: ClassVar[str] = "sirt"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "SIRT"
    idea: ClassVar[str] = "Every ray distributes its error over the pixels that it crosses."
    equation: ClassVar[str] = (
        r"m_{k+1} = m_k + \lambda\, C G^T V (d - G m_k), \quad "
        r"V = \operatorname{diag}(1 / \textstyle\sum_j G_{ij}), \; "
        r"C = \operatorname{diag}(1 / \textstyle\sum_i G_{ij})"
    )
    source: ClassVar[str] = (
        "P. Gilbert (1972), doi:10.1016/0022-5193(72)90180-4; "
        "J. Gregor and T. Benson (2008), doi:10.1109/TMI.2008.923696"
    )
    minimises: ClassVar[str] = "½‖Gm − d‖² in the norm of V"
    guarantee: ClassVar[str] = (
        "Converges for λ < 2 without any norm of G; with noise it must be stopped in time."
    )
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 90
    colour: ClassVar[Hue] = "purple"

    relaxation: float = param(
        1.0,
        low=0.05,
        high=3.0,
        symbol=r"\lambda",
        help="Between 0 and 2 it converges; beyond 2 it diverges.",
    )
    nonnegative: bool = param(False, help="Set negative pixels to zero after each step.")
    iterations: int = param(100, low=0, high=2000, symbol="k", help="Iterations.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        rays = inverse_or_zero(operator.rows_sum)
        pixels = np.float32(self.relaxation) * inverse_or_zero(operator.columns_sum)
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        for _ in range(self.iterations):
            image = image + pixels * operator.back_project(rays * (data - operator.project(image)))
            if self.nonnegative:
                np.maximum(image, 0, out=image)
            yield Step(image=image)

    def data_fidelity(self, operator: Projector, data: Sinogram, residual: Sinogram) -> float:
        """½‖Gm − d‖²_V, which is what SIRT minimises."""
        weighted = inverse_or_zero(operator.rows_sum) * residual
        return 0.5 * float(np.vdot(residual, weighted))

    def caution(self) -> str:
        """The bound on λ, where it is broken."""
        if self.relaxation <= 2:
            return ""
        return (
            f"λ = {self.relaxation:g} is beyond 2: each iteration multiplies the mean of the "
            f"error by about {1 - self.relaxation:.3g}."
        )
