"""The scan that the options of the command line describe, and what to know of it."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.description import Entry, all_parameters, make, values
from core.errors import InputError
from core.geometry.beams import BEAMS, TRUNCATED, share_outside
from core.methods.base import Method
from core.parameter import Parameter, text_of
from core.problem.images import IMAGES, UploadedImage, WithLesion, parse_image, parse_lesion
from core.problem.lesion import without_lesion
from core.problem.scan import Scan
from core.projection.projector import slowness
from core.studies.out_of_distribution import training_notice

DEFAULT_IMAGE = "colin27"

Option = tuple[tuple[str, ...], str, str]
"""The flags of an option, the name under which its value is stored, and what it is."""


def options() -> Iterator[Option]:
    """The options of a scan, from its description; its image has words of its own."""
    for name, option in _named().items():
        yield flags_of(name, *option.parameter.aliases), name, option.about


def flags_of(*names: str) -> tuple[str, ...]:
    """The flags of these names."""
    return tuple(f"--{word.replace('_', '-')}" for word in names)


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


@dataclass(frozen=True, kw_only=True)
class Named:
    """A parameter of a scan, and the choices that it goes with; none where it goes with all."""

    parameter: Parameter
    goes_with: tuple[str, ...]

    @property
    def about(self) -> str:
        """What its option says."""
        with_some = f" (with {', '.join(self.goes_with)})" if self.goes_with else ""
        return about(self.parameter) + with_some


def _named() -> dict[str, Named]:
    return named_parameters(Scan, IMAGES.name)


def named_parameters(described: type[Any], image: str) -> dict[str, Named]:
    """Every parameter of a scan by name, but those of its image, whose names begin with `image`."""
    entries_of: dict[str, list[Entry]] = {}
    for entry in all_parameters(described):
        if not entry.parameter.name.startswith(image):
            entries_of.setdefault(entry.parameter.name, []).append(entry)
    named = {}
    for name, entries in entries_of.items():
        choices = tuple(dict.fromkeys(entry.goes_with for entry in entries))
        family = choices[0][0]
        # A parameter of every member of its family needs no word of them.
        all_of_them = not family or len(choices) == len(entries_of[family][0].parameter.choices)
        flags = () if all_of_them else tuple(f"--{chooser} {one}" for chooser, one in choices)
        named[name] = Named(parameter=entries[0].parameter, goes_with=flags)
    return named


def scan_of(args: Namespace) -> Scan:
    """The scan that the options describe; raise `InputError` when there is none such."""
    named = _named()
    given = {name: getattr(args, name) for name in named if getattr(args, name, None) is not None}
    usual: dict[str, Any] = {}
    used: set[str] = set()

    def ask(parameter: Parameter) -> Any:
        name = parameter.name
        used.add(name)
        if name not in given:
            value = usual.get(name, parameter.default)
        else:
            # The bounds as declared: where others narrow them, the scan itself says why.
            value = named[name].parameter.parse(given[name])
        if name == BEAMS.name:
            usual.update(values(BEAMS.member(value)()))
        return value

    image = parse_image(DEFAULT_IMAGE if args.image is None else args.image, args.dataset)
    scan = make(Scan, ask)
    for name in given:
        if name not in used:
            raise InputError(
                f"--{name.replace('_', '-')} goes with {' or '.join(named[name].goes_with)}."
            )
    if args.lesion is not None:
        return replace(scan, image=WithLesion(image=image, lesion=parse_lesion(args.lesion)))
    return replace(scan, image=image)


def scan_options_given(args: Namespace) -> Iterator[str]:
    """The options of a simulated scan that were given; the kernel is that of any data."""
    if args.image is not None:
        yield "--image"
    if args.dataset:
        yield "--dataset"
    if args.lesion is not None:
        yield "--lesion"
    for name in _named():
        if name != "kernel" and getattr(args, name, None) is not None:
            yield f"--{name.replace('_', '-')}"


def warnings_on(scan: Scan, truth: Any, method: type[Method]) -> Iterator[str]:
    """What a person should know of a scan that was made just now, and of a method for it."""
    radius = scan.beam.field_radius
    lost = share_outside(truth, radius)
    if lost > TRUNCATED:
        yield (
            f"The views see a disc of radius {radius:.0f} pixels whole, and {lost:.0%} of the "
            "image lies outside: more or wider detectors would see it."
        )
    image = without_lesion(scan.image)
    if isinstance(image, UploadedImage):
        yield from image.info.remarks
    if slow := slowness(scan.size, scan.beam, scan.kernel):
        yield slow
    if notice := training_notice(scan, {method.title: method.name}):
        yield notice
