"""Preconditioned least squares: look for the image among smooth ones only.

    m = P z,    min_z  ½‖d − GPz‖²

P averages over a square of (2r + 1)² pixels. No penalty and no ε: what P cannot make, the
solution cannot have, and the number of LSQR iterations does the rest of the regularisation.

Source: J. Claerbout and S. Fomel, Geophysical Image Estimation by Example (2014), chapter 4;
LSQR: C. C. Paige and M. A. Saunders, ACM Trans. Math. Softw. 8 (1982) 43-71,
DOI 10.1145/355984.355989.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import lsqr_steps
from core.methods.support.regularisers import Smoothing
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class PreconditionedLeastSquares(IterativeMethod):
    """LSQR for z in m = Pz, with P a moving average."""

    name: ClassVar[str] = "preconditioned_least_squares"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Preconditioned least squares"
    idea: ClassVar[str] = "Build the image from smooth pieces instead of penalising rough ones."
    equation: ClassVar[str] = r"m = P z, \quad \min_z \tfrac12 \lVert d - G P z \rVert^2"
    source: ClassVar[str] = (
        "J. Claerbout and S. Fomel, Geophysical Image Estimation by Example (2014), chapter 4; "
        "C. C. Paige and M. A. Saunders, doi:10.1145/355984.355989"
    )
    minimises: ClassVar[str] = "½‖GPz − d‖²"
    guarantee: ClassVar[str] = (
        "Converges to a least-squares solution; with noise it must be stopped in time."
    )
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 30
    colour: ClassVar[Hue] = "blue"
    dash: ClassVar[Dash] = "dot"

    radius: int = param(
        1,
        low=0,
        high=15,
        unit="pixels",
        symbol="r",
        help="P is the mean over a square of 2r + 1 pixels a side; with 0 it does nothing.",
    )
    iterations: int = param(50, low=0, high=1000, symbol="k", help="LSQR iterations.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield P times LSQR's iterates from z = 0."""
        smoothing = Smoothing(operator.dims, self.radius)
        return lsqr_steps(
            operator @ smoothing, np.ravel(data), operator.dims, self.iterations, smoothing.matvec
        )
