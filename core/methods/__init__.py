"""The methods of the laboratory: one file each, found in this folder."""

from pathlib import Path
from typing import get_args

from core.discovery import final_classes
from core.errors import InputError, quoted
from core.methods.base import Family, Method

SUPPORT = frozenset({"base"})
"""The modules of this folder that are no methods but what methods share."""


def find_methods(package: str, folder: Path) -> tuple[type[Method], ...]:
    """The methods of a package, family by family, in the order that they state.

    Raises `TypeError` for a module that is neither one method by the name of its file nor in
    `SUPPORT`, and for two methods of one family in one place.
    """
    methods: list[type[Method]] = []
    for module, classes in final_classes(package, folder, Method, SUPPORT):
        if [method.name for method in classes] != [module]:
            names = ", ".join(method.name for method in classes)
            raise TypeError(f"{package}.{module} must define one method of its name, not {names}.")
        methods += classes
    families = get_args(Family)
    places: dict[tuple[int, int], type[Method]] = {}
    for method in methods:
        other = places.setdefault((families.index(method.family), method.position), method)
        if other is not method:
            raise TypeError(
                f"{other.name} and {method.name} are both number {method.position} among the "
                f"{method.family} methods: the order on screen must be stated."
            )
    return tuple(places[place] for place in sorted(places))


METHODS = find_methods(__name__, Path(__file__).parent)


def method_named(name: str) -> type[Method]:
    """Return the method of this name; raise `InputError` when there is none."""
    for method in METHODS:
        if method.name == name:
            return method
    known = ", ".join(method.name for method in METHODS)
    raise InputError(f"There is no method {quoted(name)}; the methods are {known}.")
