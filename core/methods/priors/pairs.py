"""The priors by name, and which of them goes with which solver."""

from functools import lru_cache

from core.methods.priors.base import Inner, Prior
from core.methods.priors.nuclear import Nuclear
from core.methods.priors.pointwise import L1, L2, Box, Huber, Nonnegative
from core.methods.priors.total_variation import (
    TV,
    AnisotropicTV,
    HuberTV,
    L21Gradient,
    NonnegativeTV,
)
from core.methods.priors.wavelet import WaveletL1
from core.problem.errors import InputError, require_choice

PRIORS: tuple[type[Prior], ...] = (
    TV,
    L21Gradient,
    AnisotropicTV,
    NonnegativeTV,
    HuberTV,
    WaveletL1,
    L1,
    Nuclear,
    Nonnegative,
    Box,
    L2,
    Huber,
)
NAMES = tuple(prior.name for prior in PRIORS)

WHOLE = ("proximal_gradient", "fista", "douglas_rachford")
"""Solvers that take the prox of the prior as a whole."""
SPLIT = ("admm", "linearised_admm", "pdhg")
"""Solvers that take a prior as h(Km) and need the prox of h only."""
SOLVERS = WHOLE + SPLIT


def prior_named(name: str) -> type[Prior]:
    """The prior of this name; raise `InputError` when there is none."""
    require_choice("Prior", name, NAMES)
    return PRIORS[NAMES.index(name)]


def refusal(solver: str, prior: str) -> str:
    """Why `solver` does not take `prior`, in a sentence; "" where it does."""
    if solver in WHOLE and prior == L21Gradient.name:
        return (
            "This solver takes the prox of the prior as a function of the image, but the L21 "
            "norm's prox acts on the gradient, and the gradient cannot be undone. Choose tv: the "
            "same function, whose prox is found by an inner loop; or a solver that splits."
        )
    return ""


def priors_for(solver: str) -> tuple[str, ...]:
    """The names of the priors that `solver` takes."""
    return tuple(name for name in NAMES if not refusal(solver, name))


def require_pair(solver: str, prior: str) -> None:
    """Raise `InputError` with the reason when `solver` does not take `prior`."""
    require_choice("Prior", prior, NAMES)
    reason = refusal(solver, prior)
    if reason:
        raise InputError(f"{solver} cannot use {prior}. {reason}")


@lru_cache(maxsize=16)
def value_of(prior: str, size: int, sigma: float) -> Prior:
    """A prior to take values of; its `prox` belongs to one solve and is not for sharing."""
    return prior_named(prior)(size, sigma, Inner())
