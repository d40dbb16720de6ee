"""CGLS: conjugate gradients on the normal equations, without ever forming them.

    GᵀG m = Gᵀd,    m_k = argmin ‖d − Gm‖  over  span{Gᵀd, (GᵀG)Gᵀd, …, (GᵀG)ᵏ⁻¹Gᵀd}

Strong singular components come first, weak and noisy ones later: k is the regulariser.

Source: M. R. Hestenes and E. Stiefel, J. Res. Natl. Bur. Stand. 49 (1952) 409-436,
DOI 10.6028/jres.049.044.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.methods.base import Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import cgls_steps
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class CGLS(IterativeMethod):
    """PyLops' CGLS from an empty image."""

    name: ClassVar[str] = "cgls"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "CGLS"
    idea: ClassVar[str] = "Conjugate directions: after k steps, the best image that k can reach."
    equation: ClassVar[str] = (
        r"m_k = \operatorname*{argmin}_{m \in \mathcal K_k} \lVert d - Gm \rVert, \quad "
        r"\mathcal K_k = \operatorname{span}\{(G^T G)^j G^T d\}_{j<k}"
    )
    source: ClassVar[str] = "M. R. Hestenes and E. Stiefel (1952), doi:10.6028/jres.049.044"
    minimises: ClassVar[str] = "½‖Gm − d‖²"
    guarantee: ClassVar[str] = (
        "The least residual that k steps can reach; with noise it must be stopped in time."
    )
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 60
    colour: ClassVar[Hue] = "brown"

    iterations: int = param(
        20, low=0, high=1000, symbol="k", help="With noise, too many are worse than too few."
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield CGLS's iterates from an empty image."""
        return cgls_steps(operator, np.ravel(data), operator.dims, self.iterations)
