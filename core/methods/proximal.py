"""What the proximal methods share: a prior with a weight, and one objective.

min_m  f(m) + g(m),    f(m) = ½‖Gm − d‖²,    g = σ × the prior
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.methods.base import Array, Family, Method, Step
from core.methods.priors import Inner, Prior, prior_named, require_pair, value_of
from core.problem.projector import Projector

PRIOR_HELP = "What an image should look like; the prior's own page says what it does."
SIGMA: dict[str, Any] = {
    "low": 0,
    "high": 1e4,
    "log": True,
    "symbol": r"\sigma",
    "help": "The weight of the prior against the data; 0 is none.",
}
INNER: dict[str, Any] = {
    "low": 1,
    "high": 500,
    "help": "At most so many iterations for each prox that has no formula.",
}
INNER_RULE_HELP = (
    "pyproximal: until the inner objective changes by less than 1e-4, which may be after two or "
    "three iterations; fixed: all of them."
)


@dataclass(frozen=True, kw_only=True)
class ProximalMethod(Method):
    """A way to minimise ½‖Gm − d‖² + σ × prior; subclasses say how."""

    family: ClassVar[Family] = "proximal"

    prior: str
    sigma: float
    iterations: int

    def __post_init__(self) -> None:
        require_pair(self.name, self.prior)
        super().__post_init__()

    def objective(
        self, operator: Projector, data: Array, image: Array, residual: Array
    ) -> tuple[float, float]:
        """½‖Gm − d‖² and σ × the prior's value."""
        data_term, _ = super().objective(operator, data, image, residual)
        return data_term, value_of(self.prior, operator.size, self.sigma)(image)

    def make_prior(self, size: int, inner: Inner | None = None) -> Prior:
        """The prior for one solve on images of this size."""
        return prior_named(self.prior)(size, self.sigma, inner)

    @property
    def weight(self) -> float:
        """The weight of the prior; 0 for a constraint, which has none."""
        return self.sigma if prior_named(self.prior).weighted else 0.0

    def remarks(self, operator: Projector) -> tuple[str, ...]:
        """What a person should know about these settings, in sentences."""
        sentences = [self.make_prior(operator.size).remark(), self.bound_broken()]
        if self.sigma == 0 and prior_named(self.prior).weighted:
            sentences.insert(
                0,
                "With σ = 0 there is no prior: this minimises the misfit alone, and noise comes "
                "through.",
            )
        return tuple(sentence for sentence in sentences if sentence)

    def bound_broken(self) -> str:
        """The bound on the step that this run breaks, as a sentence; "" if it breaks none."""
        return ""


def start(operator: Projector) -> Array:
    """An empty image, flat."""
    return np.zeros(operator.shape[1], np.float32)


def step_from(operator: Projector, image: Array, values: Mapping[str, float] | None = None) -> Step:
    """A step from a flat image of a solver."""
    square = np.asarray(image, np.float32).reshape(operator.dims)
    return Step(image=square, values=values or {})
