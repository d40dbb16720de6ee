"""The priors by name, found in this folder, and in which form a solver may take each."""

from functools import lru_cache
from pathlib import Path

from core.discovery import final_classes
from core.errors import InputError, require_choice
from core.methods.priors.base import Form, InnerLoop, Prior, Size

SUPPORT = frozenset(
    {
        "base",
        "differences",
        "dual_loop",
        "examples_1d",
        "field_length",
        "compatibility",
        "tv_kernels",
        "volume_tv_kernels",
    }
)
"""The modules of this folder that are no priors but what priors share."""


def find_priors(package: str, folder: Path) -> tuple[type[Prior], ...]:
    """The priors of a package in the order that they state; a module may have several.

    Raises `TypeError` for a module without one that is not in `SUPPORT`, and for two priors of
    one name or in one place.
    """
    priors = [
        prior for _, classes in final_classes(package, folder, Prior, SUPPORT) for prior in classes
    ]
    for attribute in ("name", "position"):
        values = [getattr(prior, attribute) for prior in priors]
        if repeated := {value for value in values if values.count(value) > 1}:
            raise TypeError(f"Each prior has its own {attribute}; several have {repeated}.")
    return tuple(sorted(priors, key=lambda prior: prior.position))


PRIORS = find_priors(__name__.rpartition(".")[0], Path(__file__).parent)
NAMES = tuple(prior.name for prior in PRIORS)


def prior_named(name: str) -> type[Prior]:
    """The prior of this name; raise `InputError` when there is none."""
    require_choice("Prior", name, NAMES)
    return PRIORS[NAMES.index(name)]


def refusal(form: Form, prior: str) -> str:
    """Why solvers that take priors in this form do not take `prior`; "" where they do."""
    return prior_named(prior).refused.get(form, "")


def priors_for(form: Form) -> tuple[str, ...]:
    """The names of the priors that may be taken in this form."""
    return tuple(name for name in NAMES if not refusal(form, name))


def require_pair(solver: str, form: Form, prior: str) -> None:
    """Raise `InputError` with the reason when `solver`, with its form, does not take `prior`."""
    reason = refusal(form, prior)
    if reason:
        raise InputError(f"{solver} cannot use {prior}. {reason}")


def priors_for_volumes() -> tuple[str, ...]:
    """The names of the priors that take volumes, as a function of the whole of one."""
    return tuple(p.name for p in PRIORS if p.takes_volumes and not refusal("whole", p.name))


@lru_cache(maxsize=16)
def value_of(prior: str, size: Size, sigma: float) -> Prior:
    """A prior to take values of; its `prox` belongs to one solve and is not for sharing."""
    return prior_named(prior)(size, sigma, InnerLoop())
