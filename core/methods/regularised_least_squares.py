"""Regularised least squares: explain the data, but penalise a rough image.

    min_m  ½‖d − Gm‖² + ½ε²‖Rm‖²        ⇔        [G; εR] m ≈ [d; 0]

R is the Laplacian (the lecture's choice), the gradient, or the identity (damping). LSQR works
on the stacked system, never on the normal equations, whose condition is the square.

Source: A. N. Tikhonov, Solution of incorrectly formulated problems and the regularization
method, Soviet Math. Dokl. 4 (1963) 1035-1038; LSQR: C. C. Paige and M. A. Saunders, ACM Trans.
Math. Softw. 8 (1982) 43-71, DOI 10.1145/355984.355989.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from core.array_types import Image, Sinogram
from core.methods.base import Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import lsqr_steps, stacked
from core.methods.support.regularisers import REGULARISERS, half_squares, regularisers
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class RegularisedLeastSquares(IterativeMethod):
    """LSQR on the data and ε times a regularising operator."""

    name: ClassVar[str] = "regularised_least_squares"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Regularised least squares"
    idea: ClassVar[str] = "Fit the data, with a penalty on the roughness of the image."
    equation: ClassVar[str] = (
        r"\min_m \tfrac12 \lVert d - Gm \rVert^2 + \tfrac12 \epsilon^2 \lVert R m \rVert^2"
    )
    source: ClassVar[str] = (
        "A. N. Tikhonov, Soviet Math. Dokl. 4 (1963) 1035-1038; "
        "C. C. Paige and M. A. Saunders, doi:10.1145/355984.355989"
    )
    strength: ClassVar[str] = "epsilon"
    minimises: ClassVar[str] = "½‖Gm − d‖² + ½ε²‖Rm‖²"
    guarantee: ClassVar[str] = "Converges to the one minimum."
    position: ClassVar[int] = 10
    colour: ClassVar[Hue] = "blue"

    epsilon: float = param(
        3.0,
        low=0.01,
        high=1000,
        regularises=True,
        log=True,
        symbol=r"\epsilon",
        help="The weight of the regulariser against the data.",
    )
    regulariser: str = param(
        "laplacian",
        choices=REGULARISERS,
        symbol="R",
        help="What is penalised: curvature, slope, or brightness itself.",
    )
    iterations: int = param(50, low=0, high=1000, symbol="k", help="LSQR iterations.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield LSQR's iterates from an empty image."""
        rows = regularisers(self.regulariser, operator.dims, self.epsilon)
        system, right_side = stacked(operator, data, rows)
        return lsqr_steps(system, right_side, operator.dims, self.iterations)

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """½ε²‖Rm‖²."""
        return half_squares(regularisers(self.regulariser, operator.dims, self.epsilon), image)
