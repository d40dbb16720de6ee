"""The methods for volumes: those of this folder, and those for images that take volumes too."""

from pathlib import Path

from core.errors import InputError, quoted
from core.methods import METHODS, find_methods
from core.methods.base import Method
from core.methods.priors import prior_named
from core.methods.support.proximal import ProximalMethod

TAKE_VOLUMES = frozenset(
    {
        "admm",
        "back_projection",
        "cgls",
        "douglas_rachford",
        "fista",
        "gradient_descent",
        "landweber",
        "linearised_admm",
        "lsqr",
        "minibatch_gradient_descent",
        "pdhg",
        "preconditioned_least_squares",
        "proximal_gradient",
        "regularised_least_squares",
        "sart",
        "sirt",
        "smooth_least_squares",
        "spdhg",
    }
)
"""Methods for images that use G and its transpose alone, and so work on volumes as they are."""

OWN_METHODS = find_methods(__name__, Path(__file__).parent)
"""The methods for volumes only."""

VOLUME_METHODS = (
    *OWN_METHODS,
    *(method for method in METHODS if method.name in TAKE_VOLUMES),
)


def volume_method_named(name: str) -> type[Method]:
    """Return the method for volumes of this name; raise `InputError` when there is none."""
    for method in VOLUME_METHODS:
        if method.name == name:
            return method
    known = ", ".join(method.name for method in VOLUME_METHODS)
    raise InputError(f"There is no method {quoted(name)} for volumes; those are {known}.")


def require_volumes(method: Method) -> None:
    """Raise `InputError` for a method whose prior is for images only."""
    if isinstance(method, ProximalMethod):
        prior_named(method.prior)((1, 1, 1), method.sigma)
