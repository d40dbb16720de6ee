"""Smooth least squares: one weight for ‖m‖², one for the slope in each direction.

    min_m  ½‖d − Gm‖² + α‖m‖² + β‖∂ₓm‖² + γ‖∂_z m‖²

x runs along the rows of the image, z down its columns. With β ≠ γ the prior knows a direction,
as in layered rock, of which a brain has none. In a volume z is its axis, and β weighs the slopes
within a slice. LSQR solves the stacked system
[G; √(2α) I; √(2β) ∂ₓ; √(2γ) ∂_z] m ≈ [d; 0; 0; 0].

Source: A. Tarantola, Inverse Problem Theory (SIAM, 2005), DOI 10.1137/1.9780898717921; LSQR:
C. C. Paige and M. A. Saunders, ACM Trans. Math. Softw. 8 (1982) 43-71,
DOI 10.1145/355984.355989.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod, sqrt
from typing import ClassVar, final

import numpy as np
import pylops

from core.array_types import Image, Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.priors.differences import Differences
from core.methods.support.iterate_callback import lsqr_steps, stacked
from core.methods.support.regularisers import half_squares
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class SmoothLeastSquares(IterativeMethod):
    """LSQR with damping and a weight on the slope along x and along z."""

    name: ClassVar[str] = "smooth_least_squares"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Smooth least squares"
    idea: ClassVar[str] = (
        "Brightness, horizontal slope and vertical slope each have their own weight."
    )
    equation: ClassVar[str] = (
        r"\min_m \tfrac12 \lVert d - Gm \rVert^2 + \alpha \lVert m \rVert^2 "
        r"+ \beta \lVert \partial_x m \rVert^2 + \gamma \lVert \partial_z m \rVert^2"
    )
    source: ClassVar[str] = (
        "A. Tarantola, Inverse Problem Theory (SIAM, 2005), doi:10.1137/1.9780898717921"
    )
    minimises: ClassVar[str] = "½‖Gm − d‖² + α‖m‖² + β‖∂ₓm‖² + γ‖∂zm‖²"
    guarantee: ClassVar[str] = "Converges to the one minimum."
    position: ClassVar[int] = 20
    colour: ClassVar[Hue] = "blue"
    dash: ClassVar[Dash] = "dash"

    alpha: float = param(
        0.1,
        low=0.001,
        high=1e5,
        regularises=True,
        log=True,
        symbol=r"\alpha",
        help="The weight of ‖m‖², the brightness.",
    )
    beta: float = param(
        3.0,
        low=0.001,
        high=1e5,
        regularises=True,
        log=True,
        symbol=r"\beta",
        help="The weight of ‖∂ₓm‖², the slope across (x).",
    )
    gamma: float = param(
        3.0,
        low=0.001,
        high=1e5,
        regularises=True,
        log=True,
        symbol=r"\gamma",
        help="The weight of ‖∂_z m‖², the slope down (z).",
    )
    iterations: int = param(50, low=0, high=1000, symbol="k", help="LSQR iterations.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield LSQR's iterates from an empty image."""
        system, right_side = stacked(operator, data, self._rows(operator.dims))
        return lsqr_steps(system, right_side, operator.dims, self.iterations)

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """α‖m‖² + β‖∂ₓm‖² + γ‖∂_z m‖²."""
        return half_squares(self._rows(operator.dims), image)

    def _rows(self, dims: tuple[int, ...]) -> tuple[pylops.LinearOperator, ...]:
        across = [sqrt(2 * self.beta)] * (len(dims) - 1)
        return (
            np.float32(sqrt(2 * self.alpha)) * pylops.Identity(prod(dims), dtype=np.float32),
            Differences(dims, (sqrt(2 * self.gamma), *across)),
        )
