"""The methods of the laboratory: one file each, and the list of them."""

from core.methods.back_projection import BackProjection
from core.methods.base import Method
from core.methods.fbp import FBP
from core.problem.errors import InputError

METHODS: tuple[type[Method], ...] = (
    BackProjection,
    FBP,
)


def method_named(name: str) -> type[Method]:
    """Return the method of this name; raise `InputError` when there is none."""
    for method in METHODS:
        if method.name == name:
            return method
    known = ", ".join(method.name for method in METHODS)
    raise InputError(f"There is no method {name!r}; the methods are {known}.")
