"""What a prior is: a function of the image, its proximal operator, and how it may be split.

    prox_{τg}(v) = argmin_m g(m) + 1/(2τ) ‖m − v‖²
    v = prox_{τg}(v) + τ prox_{g*/τ}(v/τ)                    (Moreau's identity)

Every prior is a PyProximal `ProxOperator`, so that PyProximal's solvers take it as it is; the
conjugate's prox comes from Moreau's identity where no shorter form is known.

Source: N. Parikh and S. Boyd, Proximal algorithms, Found. Trends Optim. 1 (2014) 127-239,
DOI 10.1561/2400000003.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal

import numpy as np
import pylops
from pyproximal import ProxOperator

from core.array_types import AnyArray
from core.errors import InputError, require_choice

Form = Literal["whole", "split"]
"""What a solver takes of a prior: the prox of the whole function, or h and K of g = h∘K."""

Size = int | tuple[int, ...]
"""The side of a square image, or the shape of an image or a volume."""


def dims_of(size: Size) -> tuple[int, ...]:
    """The shape that a size stands for."""
    return (size, size) if isinstance(size, int) else tuple(size)


INNER_RULES = ("pyproximal", "fixed")
LOOK_EVERY = 4
"""A warm-started loop computes its duality gap every this many iterations."""


@dataclass(frozen=True, kw_only=True)
class InnerLoop:
    """How a prox without a closed form is computed, in at most `iterations` steps.

    Rule "pyproximal" starts from zero and ends as PyProximal's `TV` does, once its objective
    changes by less than 1e-4 of itself; "fixed" is the same loop to its end. `warm` starts from
    where the last prox ended instead, and stops once the duality gap is at most `gap` of the
    inner objective.
    """

    iterations: int = 20
    rule: str = "pyproximal"
    warm: bool = False
    gap: float = 1e-6

    def __post_init__(self) -> None:
        require_choice("Inner rule", self.rule, INNER_RULES)


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """A prior written as h(Km) with lower ≤ m ≤ upper, every part simple.

    `operator` is K, `norm_squared` a bound on ‖K‖², `term` is h with a closed prox. The bounds
    are infinite where the prior has no constraint beside h.

    A prior that is itself a minimum, g(m) = min_w h(K(m, w)), has `auxiliary` unknowns w: K acts
    on the image followed by them. Where `norm_squared` is not 1, `term.stretched(ω)` is the
    function z ↦ h(z/ω).
    """

    operator: pylops.LinearOperator
    norm_squared: float
    term: ProxOperator
    lower: float = -np.inf
    upper: float = np.inf
    auxiliary: int = 0

    @property
    def pixels(self) -> int:
        """How many of the unknowns are the image's."""
        return int(self.operator.shape[1]) - self.auxiliary

    @property
    def constrained(self) -> bool:
        """Whether there is a constraint on m itself."""
        return self.lower > -np.inf or self.upper < np.inf


class Prior(ProxOperator, ABC):
    """A prior g on images (size, size), weighted by `sigma`; images come flat or square.

    A prior that `takes_volumes` may be given their shape (slices, rows, columns) for `size`.

    `formula` is the LaTeX of g, `prox_formula` that of its prox; `closed` says whether the prox
    is a formula or an inner loop (then `inner` governs it). `effect` is one sentence on what
    the prior does to an image. Values, dtype and shape of prox(x, tau) are those of x.

    Subclasses marked `@final` are the priors of the laboratory; the file of their recipe blocks
    has the name of their module. `position` is their place on screen: lower comes first.
    """

    name: ClassVar[str]
    position: ClassVar[int]
    title: ClassVar[str]
    formula: ClassVar[str]
    prox_formula: ClassVar[str]
    effect: ClassVar[str]
    closed: ClassVar[bool] = True
    weighted: ClassVar[bool] = True
    """Whether sigma plays a part: it does not where g is a constraint."""
    takes_volumes: ClassVar[bool] = False
    refused: ClassVar[Mapping[Form, str]] = {}
    """The forms in which no solver can take it, each with the reason, a sentence or two."""

    def __init__(self, size: Size, sigma: float, inner: InnerLoop | None = None) -> None:
        super().__init__(None, False)
        self.dims = dims_of(size)
        if len(self.dims) > 2 and not self.takes_volumes:
            raise InputError(f"{self.title} is for images; this is a volume.")
        self.size = self.dims[-1]
        self.sigma = float(sigma)
        self.inner = inner or InnerLoop()

    @abstractmethod
    def __call__(self, x: AnyArray) -> float:
        """The value σg(x); a constraint counts 0, whether it is met or not."""

    @abstractmethod
    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """The prox of τσg at x."""

    def split(self) -> Split:
        """The prior as h(Km): by default K is the identity and h the prior itself."""
        identity = pylops.Identity(prod(self.dims), dtype=np.float32)
        return Split(operator=identity, norm_squared=1.0, term=self)

    def remark(self) -> str:
        """A sentence on how the prior was adapted to this size; "" if it was not."""
        return ""

    def report(self) -> Mapping[str, float]:
        """What the last inner loop did, as columns of the history; empty for a closed form."""
        return {}


class Nothing(ProxOperator):
    """g = 0: what a prior becomes when its weight is zero."""

    def __init__(self) -> None:
        super().__init__(None, True)

    def __call__(self, x: AnyArray) -> float:
        """Zero."""
        return 0.0

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """The point itself."""
        return x

    def proxdual(self, x: AnyArray, tau: float) -> AnyArray:
        """Zero, where the conjugate's only finite value is."""
        return np.zeros_like(x)
