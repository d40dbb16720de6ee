"""SART: a SIRT step for each view, or for each few views (ordered subsets).

    m ← m + λ C_B G_Bᵀ V_B (d_B − G_B m),    V_B, C_B: one over the row and column sums of G_B

Kaczmarz's idea, to satisfy one equation after the other, with a view as the equation. A pass
costs as much as one SIRT iteration and does the work of many. On noisy data it ends in a cycle;
a smaller λ or more views in a step bring the cycle nearer to the least-squares solution.

Source: A. H. Andersen and A. C. Kak, Ultrason. Imaging 6 (1984) 81-94,
DOI 10.1016/0161-7346(84)90008-7; S. Kaczmarz, Bull. Int. Acad. Pol. Sci. A 35 (1937) 355-357.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.geometry.views.base import MOST_VIEWS
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import inverse_or_zero
from core.methods.support.ordered_subsets import ORDERS, batches_of, ordered_subsets, part_of
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class SART(IterativeMethod):
    """SART and its ordered subsets; one iteration is a pass over all the views."""

    name: ClassVar[str] = "sart"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "SART (Kaczmarz)"
    idea: ClassVar[str] = "Correct the image for one view at a time, again and again."
    equation: ClassVar[str] = (
        r"m \leftarrow m + \lambda\, C_B G_B^T V_B (d_B - G_B m), \quad B = B_1, B_2, \dots"
    )
    source: ClassVar[str] = (
        "A. H. Andersen and A. C. Kak (1984), doi:10.1016/0161-7346(84)90008-7; "
        "S. Kaczmarz, Bull. Int. Acad. Pol. Sci. A 35 (1937) 355-357"
    )
    guarantee: ClassVar[str] = (
        "Converges for λ < 2 where the data agree with each other; otherwise it ends in a cycle."
    )
    cost: ClassVar[str] = "G and Gᵀ for every view in each pass"
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 100
    colour: ClassVar[Hue] = "purple"
    dash: ClassVar[Dash] = "dash"

    batch: int = param(
        1,
        low=1,
        high=MOST_VIEWS,
        unit="views",
        symbol="|B|",
        help="Views in a step: 1 is SART, more are ordered subsets, all of them are SIRT.",
    )
    order: str = param(
        "spread",
        choices=ORDERS,
        help="Successive views far apart, in a new random order in each pass, or in the order of "
        "the scan.",
    )
    relaxation: float = param(
        0.5,
        low=0.05,
        high=3.0,
        symbol=r"\lambda",
        help="Between 0 and 2 it converges, on noisy data to a cycle; beyond 2 it diverges.",
    )
    seed: int = param(0, low=0, high=9999, help="Seed of the shuffling.")
    nonnegative: bool = param(False, help="Set negative pixels to zero after each step.")
    iterations: int = param(10, low=0, high=500, unit="passes", symbol="p", help="Passes.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the image after each pass over the views, from an empty image."""
        rays = inverse_or_zero(operator.rows_sum)
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        batches = batches_of(len(data), self.batch, self.order, self.seed)
        parts = [part_of(operator, views) for views in batches]
        scale = np.float32(self.relaxation)
        pixels = [scale * inverse_or_zero(part.columns_sum) for part in parts]
        turns = ordered_subsets(batches, self.order, self.seed)
        for _, turn in zip(range(self.iterations), turns, strict=False):
            for i in turn:
                left = rays[batches[i]] * (data[batches[i]] - parts[i].project(image))
                image = image + pixels[i] * parts[i].back_project(left)
                if self.nonnegative:
                    np.maximum(image, 0, out=image)
            yield Step(image=image)

    def caution(self) -> str:
        """The bound on λ, where it is broken."""
        if self.relaxation <= 2:
            return ""
        return (
            f"λ = {self.relaxation:g} is beyond 2: each step overshoots its own views by more "
            "than they were wrong."
        )
