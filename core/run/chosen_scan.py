"""The scan that the options of the command line describe, and what to know of it."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.description import everything, make, values
from core.methods.base import Method
from core.parameters import Parameter, text_of
from core.problem.errors import InputError
from core.problem.geometry import BEAMS, TRUNCATED, share_outside
from core.problem.images import IMAGES, WithLesion, parse_image, parse_lesion
from core.problem.projector import slowness
from core.problem.scan import Scan
from core.run.departures import training_notice

Option = tuple[tuple[str, ...], str, str]
"""The flags of an option, the name under which its value is found, and what it is."""


def options() -> Iterator[Option]:
    """The options of a scan, from its description; its image has words of its own."""
    for name, entries in _named().items():
        flags = tuple(f"--{known.replace('_', '-')}" for known in (name, *entries[0][0].aliases))
        choices = tuple(dict.fromkeys(choice for _, choice in entries if choice))
        only = (
            f" (with {', '.join(choices)})" if choices and len(choices) < len(BEAMS.members) else ""
        )
        yield flags, name, about(entries[0][0]) + only


def about(parameter: Parameter) -> str:
    """What an option of the command line says of a parameter."""
    if parameter.choices:
        allowed = ", ".join(parameter.choices)
    elif parameter.low is None or parameter.high is None:
        allowed = parameter.title
    else:
        unit = f" {parameter.unit}" if parameter.unit else ""
        allowed = f"{parameter.title}, {parameter.low:g} to {parameter.high:g}{unit}"
    default = text_of(parameter.default)
    return f"{allowed} ({default})".replace("%", "%%")


def _named() -> dict[str, list[tuple[Parameter, str]]]:
    """Every parameter of a scan but its image's by name, each with the choice it goes with."""
    found: dict[str, list[tuple[Parameter, str]]] = {}
    for entry in everything(Scan):
        name, (family, choice) = entry.parameter.name, entry.goes_with
        if not name.startswith(IMAGES.name):
            said = f"--{family} {choice}" if family else ""
            found.setdefault(name, []).append((entry.parameter, said))
    return found


def scan_of(chosen: Namespace) -> Scan:
    """The scan that the options describe; raise `InputError` when there is none such."""
    named = _named()
    given = {
        name: getattr(chosen, name) for name in named if getattr(chosen, name, None) is not None
    }
    usual: dict[str, Any] = {}
    used: set[str] = set()

    def ask(parameter: Parameter) -> Any:
        name = parameter.name
        used.add(name)
        if name not in given:
            value = usual.get(name, parameter.default)
        else:
            # The bounds as declared: where others narrow them, the scan itself says why.
            value = named[name][0][0].parse(given[name])
        if name == BEAMS.name:
            usual.update(values(BEAMS.member(value)()))
        return value

    image = parse_image(chosen.image)
    scan = make(Scan, ask)
    for name in given:
        if name not in used:
            goes_with = " or ".join(choice for _, choice in named[name])
            raise InputError(f"--{name.replace('_', '-')} goes with {goes_with}.")
    if chosen.lesion:
        return replace(scan, image=WithLesion(image=image, lesion=parse_lesion(chosen.lesion)))
    return replace(scan, image=image)


def warnings_on(scan: Scan, truth: Any, method: type[Method]) -> Iterator[str]:
    """What a person should know of a scan that was made just now, and of a method for it."""
    radius = scan.beam.field_radius
    lost = share_outside(truth, radius)
    if lost > TRUNCATED:
        yield (
            f"The views see a disc of radius {radius:.0f} pixels whole, and {lost:.0%} of the "
            "image lies outside: more or wider detectors would see it."
        )
    if slow := slowness(scan.size, scan.beam, scan.kernel):
        yield slow
    if notice := training_notice(scan, {method.title: method.name}):
        yield notice
