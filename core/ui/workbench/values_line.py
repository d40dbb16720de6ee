"""The values of a method in a few words: for its card, and to tell it from another run of it."""

from collections.abc import Collection, Mapping, Sequence

from core.methods.base import Method
from core.number_format import significant
from core.parameters import parameters_of
from core.ui.controls.link_sentence import wording
from core.ui.controls.parameter_controls import CHOICES
from core.ui.controls.symbol_text import symbol_text


def values_line(method: Method, only: Collection[str] | None = None) -> str:
    """The values of a method in one line: "ε = 3, Laplacian, k = 50".

    `only` names the parameters that are wanted, where not all of them are.
    """
    values: Mapping[str, object] = vars(method)
    parts = []
    for parameter in parameters_of(type(method)):
        value = values[parameter.name]
        other, choices = parameter.only or ("", ())
        idle = bool(other) and values[other] not in choices
        if idle or (only is not None and parameter.name not in only):
            continue
        if isinstance(value, bool):
            parts += [parameter.title.lower()] * value
        elif isinstance(value, str):
            parts.append(wording(value, {**CHOICES, **parameter.words}))
        elif isinstance(value, (int, float)):
            name = symbol_text(parameter.symbol) or parameter.title.lower()
            parts.append(f"{name} = {significant(value, 4)}")
    return ", ".join(parts)


def differences(methods: Sequence[Method]) -> list[str]:
    """What tells each method from the others of its kind, in words; "" for the only one."""
    found = []
    for method in methods:
        alike = [vars(other) for other in methods if type(other) is type(method)]
        names = {
            parameter.name
            for parameter in parameters_of(type(method))
            if len({values[parameter.name] for values in alike}) > 1
        }
        found.append(values_line(method, names))
    return found
