"""A learned regulariser with an objective: filters and convex potentials, minimised for sure.

    min_{m ≥ 0}  J(m) = ½‖Gm − d‖² + σ R(m),    R(m) = Σᵢ Σₚ ψᵢ((wᵢ ∗ m)ₚ)

    z = max(0, y − τ (Gᵀ(Gy − d) + σ∇R(y))),    τ = 1 / (‖G‖² + σ)
    mₖ₊₁ = z or mₖ, whichever has the smaller J
    y = mₖ₊₁ + (tₖ/tₖ₊₁)(z − mₖ₊₁) + ((tₖ − 1)/tₖ₊₁)(mₖ₊₁ − mₖ)

wᵢ and ψᵢ were learned from noisy patches of heads and know no scanner. J is convex, ∇R is
1-Lipschitz, and J never rises (MFISTA).

Sources: A. Goujon, S. Neumayer, P. Bohra, S. Ducotterd and M. Unser, IEEE Trans. Comput. Imaging 9
(2023) 781-795, DOI 10.1109/TCI.2023.3306100; A. Beck and M. Teboulle, Fast gradient-based
algorithms for constrained total variation image denoising and deblurring problems, IEEE Trans.
Image Process. 18 (2009) 2419-2434, DOI 10.1109/TIP.2009.2028250.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from core.array_types import Image, Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.ridge import trained_ridge
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class ConvexRidgeMethod(IterativeMethod):
    """MFISTA from an empty image on the misfit, the learned regulariser and m ≥ 0."""

    name: ClassVar[str] = "convex_ridge"
    family: ClassVar[Family] = "learned"
    title: ClassVar[str] = "Convex ridge regulariser"
    idea: ClassVar[str] = "Learn the filters and potentials of a regulariser that stays convex."
    equation: ClassVar[str] = (
        r"\min_{m \ge 0} \tfrac12 \lVert Gm - d \rVert^2 + "
        r"\sigma \textstyle\sum_{i,p} \psi_i\bigl((w_i * m)_p\bigr)"
    )
    source: ClassVar[str] = "A. Goujon et al. (2023), doi:10.1109/TCI.2023.3306100"
    strength: ClassVar[str] = "sigma"
    minimises: ClassVar[str] = "½‖Gm − d‖² + σR(m) with m ≥ 0"
    guarantee: ClassVar[str] = "J never rises, and J − J* falls as 1/k²."
    cost: ClassVar[str] = "G, Gᵀ and 32 filters twice in each iteration"
    position: ClassVar[int] = 65
    colour: ClassVar[Hue] = "slate"
    dash: ClassVar[Dash] = "dot"
    network: ClassVar[str | None] = "convex_ridge"
    benchmark_images: ClassVar[int | None] = 11

    sigma: float = param(
        100.0,
        low=0,
        high=1e5,
        regularises=True,
        log=True,
        symbol=r"\sigma",
        help="The weight of the regulariser against the data, for images whose brightest pixel is "
        "about 1; 0 is none.",
    )
    iterations: int = param(100, low=0, high=2000, symbol="k", help="Steps to take.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from an empty image."""
        ridge = trained_ridge()
        sigma: Any = np.float32(self.sigma)
        tau: Any = np.float32(1 / (operator.norm_squared + self.sigma))
        image = point = np.zeros(operator.dims, np.float32)
        residual = ahead = -data  # of the image, and of the point ahead of it
        height = 0.5 * float(np.vdot(residual, residual))
        t = 1.0
        yield Step(image=image.copy())
        for _ in range(self.iterations):
            slope = operator.back_project(ahead) + sigma * ridge.gradient(point)
            found = np.maximum(point - tau * slope, 0)
            found_residual = operator.project(found) - data
            misfit = 0.5 * float(np.vdot(found_residual, found_residual))
            found_height = misfit + self.sigma * ridge.value(found)
            before, before_residual, previous = image, residual, t
            if found_height <= height:
                image, residual, height = found, found_residual, found_height
            t = (1 + np.sqrt(1 + 4 * previous**2)) / 2
            pull, push = np.float32(previous / t), np.float32((previous - 1) / t)
            point = image + pull * (found - image) + push * (image - before)
            ahead = (
                residual + pull * (found_residual - residual) + push * (residual - before_residual)
            )
            yield Step(image=image.copy())

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """σR(m)."""
        return self.sigma * trained_ridge().value(image)
