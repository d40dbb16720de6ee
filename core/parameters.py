"""Parameters that declare themselves once: widgets, options, links and attributes follow.

A frozen dataclass declares each of its parameters with `param(...)`. Whatever shows, reads or
writes a parameter (the sidebar, the command line, a link, a script, an HDF5 file) asks this
description and nothing else, so a parameter has one name and one range everywhere.
"""

from collections.abc import Mapping
from dataclasses import field, fields, replace
from functools import cache
from typing import Any

from core.errors import InputError, quoted
from core.keys import LATER, unchanged
from core.parameter import Parameter, Value

METADATA = "parameter"


def param(default: Value, *, later: bool = False, **described: Any) -> Any:
    """Declare a dataclass field that is a parameter; the keywords are those of `Parameter`.

    `later` leaves it out of content keys at its default: see `core.keys.LATER`.
    """
    metadata: dict[str, Any] = {METADATA: Parameter(name="", default=default, **described)}
    return field(default=default, metadata=metadata | ({LATER: True} if later else {}))


@cache
def parameter_in(declared: Any) -> Parameter | None:
    """The parameter that a dataclass field declares, under the field's name; None for others."""
    parameter: Parameter | None = declared.metadata.get(METADATA)
    # A title made of no name is no title: it gets one with the name.
    return None if parameter is None else replace(parameter, name=declared.name)


def parameters_of(described: Any) -> tuple[Parameter, ...]:
    """The parameters of a dataclass (the class or an instance), in the order declared."""
    parameters = (parameter_in(declared) for declared in fields(described))
    return tuple(parameter for parameter in parameters if parameter is not None)


def values_of(described: Any) -> dict[str, Value]:
    """The values of a dataclass' parameters by name."""
    return {p.name: getattr(described, p.name) for p in parameters_of(described)}


def settings_of(described: Any) -> dict[str, Value]:
    """The same, without those that came `later` while they have their defaults: as keys do."""
    left_out = {f.name for f in fields(described) if unchanged(described, f)}
    return {name: value for name, value in values_of(described).items() if name not in left_out}


def changed_later(described: Any) -> set[str]:
    """The names of the parameters that came `later` and do not have their defaults."""
    later = (f for f in fields(described) if LATER in f.metadata)
    return {f.name for f in later if not unchanged(described, f)}


def validate(described: Any) -> None:
    """Check every parameter of a frozen dataclass and give it the type of its default.

    For `__post_init__`. Raises `InputError` where a value is not allowed.
    """
    for parameter in parameters_of(described):
        value = parameter.clean(getattr(described, parameter.name))
        object.__setattr__(described, parameter.name, value)


def parse_values(described: type[Any], texts: Mapping[str, str]) -> dict[str, Value]:
    """Read parameters from text by name; an unknown name or a bad value raises `InputError`."""
    parameters = {p.name: p for p in parameters_of(described)}
    for name in texts:
        if name not in parameters:
            allowed = ", ".join(parameters) or "no parameters at all"
            raise InputError(f"{described.name} has no parameter {quoted(name)}; it has {allowed}.")
    return {name: parameters[name].parse(text) for name, text in texts.items()}
