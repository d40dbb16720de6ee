"""The measured data that the options of the command line describe."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from core.cli.scan_options import about, scan_options_given
from core.description import all_parameters
from core.errors import InputError, quoted
from core.methods.base import Method
from core.methods.support.trained import TrainedNetwork
from core.parameter import Parameter, Value
from core.problem.measured import Acquisition, MeasuredScan, parse_series
from core.problem.measured.own_file import STACKED_PARAMETER
from core.problem.measured.source import SERIES, chooser_of
from core.problem.preparation.steps import STEPS
from core.problem.preparation.steps.centre import Centre
from core.studies.out_of_distribution import out_of_distribution

KERNEL = "kernel"
EVEN = ("angle_start", "angle_step", "angle_count")


def add_options(command: ArgumentParser) -> None:
    """The options of measured data, from their description."""
    group = command.add_argument_group(
        "measured data in place of a scan (offsets in detectors, angles in degrees)"
    )
    group.add_argument("--sinogram", metavar="FILE[:SLICE]", help=f"{SERIES.members[0].name} or a "
                       "file: HDF5, .npz, .npy, CSV, TIFF, MRC")  # fmt: skip
    group.add_argument("--angles-file", metavar="FILE", help="the angles, if not in the file")
    group.add_argument(
        "--stack", metavar="AXES", help=about(STACKED_PARAMETER).replace("series ", "")
    )
    group.add_argument(
        "--centre", metavar="auto|VALUE", help="find the axis, or its offset from the middle"
    )
    group.add_argument(
        "--held-out", action="store_true", help="also predict views that are left out"
    )
    for name, parameter in _parameters().items():
        flag = f"--{name.replace('_', '-')}"
        group.add_argument(flag, dest=name, metavar=name.upper(), help=about(parameter))


def _parameters() -> dict[str, Parameter]:
    entries = [*all_parameters(Acquisition)]
    for step in STEPS:
        entries += all_parameters(step, f"{step.name}_")
    return {entry.parameter.name: entry.parameter for entry in entries}


def given(args: Namespace) -> Iterator[str]:
    """The options of measured data that were given, beside `--sinogram` itself."""
    others = ("angles_file", "stack", "centre", "held_out")
    for name in (*others, *_parameters()):
        if getattr(args, name, None) not in (None, False):
            yield f"--{name.replace('_', '-')}"


def measured_of(args: Namespace) -> MeasuredScan:
    """The measured data that the options describe; raise `InputError` where there are none such."""
    from pathlib import Path

    if clash := next(scan_options_given(args), ""):
        raise InputError(f"{clash} describes a simulated scan and does not go with --sinogram.")
    named = {name: getattr(args, name, None) for name in _parameters()}
    texts = {name: text for name, text in named.items() if text is not None}
    texts = {**_angles(texts, args.angles_file), **_centre(args.centre, texts)}
    stacked: Any = "auto" if args.stack is None else STACKED_PARAMETER.parse(args.stack)
    angles = None if args.angles_file is None else Path(args.angles_file)
    series = parse_series(args.sinogram, angles, stacked)
    values: dict[str, Value] = {
        name: parameter.parse(texts[name])
        for name, parameter in _parameters().items()
        if name in texts
    }
    _check_idle(values)
    kernel = {} if args.kernel is None else {KERNEL: args.kernel}
    return MeasuredScan(
        series=series,
        acquisition=Acquisition(**_of(Acquisition, "", values)),
        steps=tuple(step(**_of(step, f"{step.name}_", values)) for step in STEPS),
        **kernel,
    )


def _check_idle(values: Mapping[str, Value]) -> None:
    """Raise `InputError` for a parameter that does nothing with the others as they are."""
    parameters = _parameters()
    for name in values:
        if (chooser := chooser_of(parameters[name])) is None:
            continue
        other, choices = chooser
        if values.get(other, parameters[other].default) not in choices:
            flag, with_this = (f"--{word.replace('_', '-')}" for word in (name, other))
            raise InputError(f"{flag} goes with {with_this} {' or '.join(choices)}.")


def _of(described: type[Any], prefix: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """The values of one described class, by the names of its fields."""
    names = [entry.parameter.name for entry in all_parameters(described, prefix)]
    return {name.removeprefix(prefix): values[name] for name in names if name in values}


def _angles(texts: Mapping[str, str], file: str | None) -> dict[str, str]:
    """Start, step or count ask for even views; a file of angles does not go with them."""
    even = [name for name in EVEN if name in texts]
    if file is not None and texts.get("angles_from") == "even":
        raise InputError("--angles-file and --angles-from even contradict each other: give one.")
    if not even:
        return dict(texts)
    flag = f"--{even[0].replace('_', '-')}"
    if file is not None or texts.get("angles_from") == "file":
        raise InputError(f"{flag} and angles from a file contradict each other: give one of them.")
    return {**texts, "angles_from": "even"}


def _centre(centre: str | None, texts: Mapping[str, str]) -> dict[str, str]:
    """`--centre auto`, or another way, or the offset itself."""
    if centre is None:
        return {}
    if "centre_by" in texts or "centre_offset" in texts:
        raise InputError("--centre and --centre-by or --centre-offset say the same: give one.")
    try:
        float(centre)
    except ValueError:
        ways = next(iter(all_parameters(Centre))).parameter.choices
        if centre not in ways:
            raise InputError(
                f"--centre must be one of {', '.join(ways)} or a number of detectors, not "
                f"{quoted(centre)}."
            ) from None
        return {"centre_by": centre}
    return {"centre_by": "hand", "centre_offset": centre}


def check_trained(source: MeasuredScan, method: type[Method]) -> None:
    """Raise `InputError` for a network on data unlike those of its training."""
    from core.studies.available_methods import training_card

    if not issubclass(method, TrainedNetwork):
        return
    if ways := out_of_distribution(source, training_card(method.name)):
        raise InputError(
            f"{method.title} is a trained network, and these data lie outside its training: "
            f"{'; '.join(ways)}."
        )
