"""Mini-batch gradient descent: step after each few views instead of after all of them.

    f(m) = Σ_B f_B(m),    f_B(m) = ½‖G_B m − d_B‖²,    m ← m − (η/L_B) G_Bᵀ(G_B m − d_B)

A network is trained with the same line: θ ← θ − (η/|B|) ∇_θ Σ_{i∈B} ℓ(θ; xᵢ, yᵢ). Here the views
are the training examples, the pixels the weights, and a pass over all the views is an epoch. L_B is
the largest ‖G_B‖² of the batches, so that a rate of 1 is safe for each. With a rate that stays
constant the iterates stay in a small neighbourhood of the solution, which shrinks with the rate; in
a fixed order they end on a cycle.

Source: H. Robbins and S. Monro, Ann. Math. Statist. 22 (1951) 400-407,
DOI 10.1214/aoms/1177729586; L. Bottou, F. E. Curtis and J. Nocedal, SIAM Rev. 60 (2018) 223-311,
DOI 10.1137/16M1080173.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.geometry.views.base import MOST_VIEWS
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.ordered_subsets import ORDERS, batches_of, ordered_subsets, part_of
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class MinibatchGradientDescent(IterativeMethod):
    """Gradient descent over batches of views; one iteration is a pass over all of them."""

    name: ClassVar[str] = "minibatch_gradient_descent"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Mini-batch gradient descent"
    idea: ClassVar[str] = "Take a step after every few views, as networks are trained."
    equation: ClassVar[str] = (
        r"m \leftarrow m - \frac{\eta_p}{L_B}\, G_B^T (G_B m - d_B), \quad "
        r"\eta_p = \frac{\eta}{1 + \delta p} \qquad \text{training:}\quad "
        r"\theta \leftarrow \theta - \tfrac{\eta}{|B|} \nabla_\theta \sum_{i \in B} "
        r"\ell(\theta; x_i, y_i)"
    )
    source: ClassVar[str] = (
        "H. Robbins and S. Monro (1951), doi:10.1214/aoms/1177729586; "
        "L. Bottou, F. E. Curtis and J. Nocedal (2018), doi:10.1137/16M1080173"
    )
    minimises: ClassVar[str] = "½‖Gm − d‖²"
    guarantee: ClassVar[str] = (
        "Converges with a falling rate; with a constant one it stays in a small neighbourhood of "
        "the solution (in a fixed order, on a cycle)."
    )
    cost: ClassVar[str] = "G and Gᵀ for every view in each pass"
    stops_early: ClassVar[bool] = True
    position: ClassVar[int] = 50
    colour: ClassVar[Hue] = "olive"
    dash: ClassVar[Dash] = "dash"

    batch: int = param(
        4,
        low=1,
        high=MOST_VIEWS,
        unit="views",
        symbol="|B|",
        help="Views in a batch. As many as the scan has: plain gradient descent.",
    )
    order: str = param(
        "shuffled",
        choices=ORDERS,
        help="Assigned at random and used in a new order in each pass, spread over the arc, or "
        "neighbours together.",
    )
    rate: float = param(
        1.0,
        low=0.05,
        high=3.0,
        unit="1/L_B",
        symbol=r"\eta",
        help="The learning rate in units of the one that is safe. Beyond 2 it can diverge.",
    )
    decay: float = param(
        0.0, low=0, high=5, symbol=r"\delta", help="How fast the rate falls with the passes p."
    )
    seed: int = param(0, low=0, high=9999, help="Seed of the shuffling.")
    nonnegative: bool = param(False, help="Set negative pixels to zero after each step.")
    iterations: int = param(20, low=0, high=1000, unit="passes", symbol="p", help="Epochs.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the image after each pass over the views, from an empty image."""
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        batches = batches_of(len(data), self.batch, self.order, self.seed)
        parts = [part_of(operator, views) for views in batches]
        largest = max(part.norm_squared for part in parts)
        turns = ordered_subsets(batches, self.order, self.seed)
        for number, turn in zip(range(self.iterations), turns, strict=False):
            rate = self.rate / (1 + self.decay * number)
            for i in turn:
                gradient = parts[i].back_project(parts[i].project(image) - data[batches[i]])
                image = image - np.float32(rate / largest) * gradient
                if self.nonnegative:
                    np.maximum(image, 0, out=image)
            yield Step(image=image, values={"rate": rate})

    def caution(self) -> str:
        """The bound on the rate, where it is broken."""
        if self.rate <= 2:
            return ""
        return (
            f"The rate {self.rate:g}/L_B is beyond 2/L_B: the step for the strongest batch "
            "overshoots by more than it was wrong."
        )
