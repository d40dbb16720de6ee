"""What the proximal methods share: a prior with a weight, and one objective.

min_m  f(m) + g(m),    f(m) = ½‖Gm − d‖²,    g = σ × the prior
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, final

import numpy as np

from core.array_types import Image, Sinogram, Vector
from core.methods.base import Family, IterativeMethod, Step
from core.methods.priors import (
    INNER_RULES,
    Form,
    InnerLoop,
    Prior,
    Size,
    prior_named,
    priors_for,
    require_pair,
    value_of,
)
from core.parameter import Value
from core.parameters import param
from core.projection.projector import Projector

PROVED = 4 / 3
"""The product of the steps of PDHG and of linearised ADMM below which they are known to
converge."""

SYMBOLS: Mapping[Form, str] = {"whole": "g", "split": "h(K m)"}
"""How the equations of the solvers write the prior in either form."""


def prior_param(form: Form, default: str = "tv") -> Any:
    """Declare the field `prior` of a solver that takes priors in this form."""
    return param(
        default,
        choices=priors_for(form),
        symbol=SYMBOLS[form],
        help="What an image should look like.",
    )


def inner_param(default: int) -> Any:
    """Declare the field `inner_iterations`."""
    return param(
        default,
        low=1,
        high=500,
        help="At most this many iterations for each prox that has no formula.",
    )


@dataclass(frozen=True, kw_only=True)
class ProximalMethod(IterativeMethod):
    """A way to minimise ½‖Gm − d‖² + σ × prior; subclasses say how.

    Attributes
    ----------
    prior_form
        What the solver takes of a prior: the prox of the `whole` of it as a function of the
        image, or its `split`, h(Km), and the prox of h.
    iteration_cost
        What an iteration costs, in iterations of the cheapest solvers: where solvers are
        compared, this one takes fewer by this factor.
    compared_with
        The values of its parameters with which it is compared, where its defaults will not do.
    has_fast
        Whether it has a parameter `fast`: another form of the same solver, with its own recipe.
    """

    family: ClassVar[Family] = "proximal"
    prior_form: ClassVar[Form]
    iteration_cost: ClassVar[int] = 1
    compared_with: ClassVar[Mapping[str, Value]] = {}
    has_fast: ClassVar[bool] = False
    strength: ClassVar[str] = "sigma"
    minimises: ClassVar[str] = "½‖Gm − d‖² + σ × the prior"
    cost: ClassVar[str] = "G, Gᵀ and the prior's prox in each iteration"

    prior: str
    sigma: float = param(
        0.01,
        low=0,
        high=1e4,
        regularises=True,
        log=True,
        symbol=r"\sigma",
        help="The weight of the prior against the data; 0 is none.",
    )

    def __post_init__(self) -> None:
        require_pair(self.name, self.prior_form, self.prior)
        super().__post_init__()

    @classmethod
    def on_problem(cls, prior: str, sigma: float, steps: int) -> dict[str, Self]:
        """The forms of this solver to compare on one objective, by the names of their curves."""
        setting: dict[str, Any] = {"prior": prior, "sigma": sigma, **cls.compared_with}
        setting["iterations"] = max(2, steps // cls.iteration_cost)
        forms = {cls.title: cls(**setting)}
        if cls.has_fast:
            forms[f"{cls.title.partition(' (')[0]}, fast"] = cls(**setting | {"fast": True})
        return forms

    @final
    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """σ × the prior's value."""
        return value_of(self.prior, operator.dims, self.sigma)(image)

    def parts(self) -> tuple[type, ...]:
        """The class of its prior."""
        return (prior_named(self.prior),)

    def make_prior(self, size: Size, inner: InnerLoop | None = None) -> Prior:
        """The prior for one solve on images of this size, or volumes of this shape."""
        return prior_named(self.prior)(size, self.sigma, inner)

    @property
    def weight(self) -> float:
        """The weight of the prior; 0 for a constraint, which has none."""
        return self.sigma if prior_named(self.prior).weighted else 0.0

    def remarks(self, operator: Projector) -> tuple[str, ...]:
        """What a person should know about these settings, in sentences."""
        sentences = [self.make_prior(operator.dims).remark(), self.caution()]
        if self.sigma == 0 and prior_named(self.prior).weighted:
            sentences.insert(
                0,
                "With σ = 0 there is no prior: this minimises the misfit alone, and noise comes "
                "through.",
            )
        return tuple(sentence for sentence in sentences if sentence)


@dataclass(frozen=True, kw_only=True)
class ForwardBackwardMethod(ProximalMethod):
    """A gradient step for the data, then a prox step for the prior: what its forms share."""

    prior_form: ClassVar[Form] = "whole"

    prior: str = prior_param("whole")
    iterations: int = param(50, low=0, high=2000, symbol="k", help="Steps to take.")
    inner_iterations: int = inner_param(20)
    inner_rule: str = param(
        "pyproximal",
        choices=INNER_RULES,
        help="pyproximal: until the inner objective changes by less than 1e-4 of itself, which may "
        "be after two or three iterations; fixed: all of them.",
    )

    def prior_of(self, operator: Projector) -> Prior:
        """The prior for one solve, with its inner loop."""
        inner = InnerLoop(iterations=self.inner_iterations, rule=self.inner_rule)
        return self.make_prior(operator.dims, inner)


def start(operator: Projector, auxiliary: int = 0) -> Vector:
    """An empty image, flat, followed by the auxiliary unknowns of a prior, all zero."""
    return np.zeros(operator.shape[1] + auxiliary, np.float32)


def step_from(operator: Projector, image: Image, values: Mapping[str, float] | None = None) -> Step:
    """A step from a solver's variable: a flat image, with or without auxiliary unknowns."""
    square = np.asarray(image[: operator.shape[1]], np.float32).reshape(operator.dims)
    return Step(image=square, values=values or {})
