"""The scan of a volume that the options of the command line describe."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.cli.arguments import FOR_IMAGES
from core.cli.scan_options import DEFAULT_IMAGE, Named, Option, flags_of, named_parameters
from core.description import make, values
from core.errors import InputError, quoted
from core.geometry.volume_beams import VOLUME_BEAMS
from core.methods import method_named
from core.methods.base import Method
from core.methods.volumes import OWN_METHODS, volume_method_named
from core.parameter import Parameter
from core.problem.file_names import file_in, numbered
from core.problem.volume_scan import VolumeScan
from core.problem.volumes import VOLUMES, VolumeImage
from core.problem.volumes.own_file import KINDS, UploadedVolume, open_own_volume

MADE = tuple(member for member in VOLUMES.members if member is not UploadedVolume)
"""The volumes that have a name."""
VOLUME_HELP = (
    ", ".join(member.name for member in MADE)
    + f"; or balls:SEED; or FILE[:ARRAY] or FOLDER: {KINDS}"
)

FURTHER_NAMES = {"angles": ("views",)}
"""Names that options of volumes have beside those of images."""


def volume_options() -> Iterator[Option]:
    """The options of a scan of a volume; its image has words of its own."""
    for name, option in _named().items():
        flags = flags_of(name, *option.parameter.aliases, *FURTHER_NAMES.get(name, ()))
        yield flags, name, option.about


def volume_scan_of(args: Namespace) -> VolumeScan:
    """The scan that the options describe; raise `InputError` when there is none such."""
    named = _named()
    given = {name: getattr(args, name) for name in named if getattr(args, name, None) is not None}
    usual: dict[str, Any] = {}
    used: set[str] = set()

    def ask(parameter: Parameter) -> Any:
        name = parameter.name
        used.add(name)
        value = usual.get(name, parameter.default)
        if name in given:
            # The bounds as declared: where others narrow them, the scan itself says why.
            value = named[name].parameter.parse(given[name])
        if name == VolumeScan.SIZE:
            usual[name] = value
        if name == VOLUME_BEAMS.name:
            usual.update(values(VOLUME_BEAMS.member(value).sized(usual[VolumeScan.SIZE])))
        if name == VOLUMES.name:
            return image.name
        if name.startswith(VOLUMES.prefix):
            return getattr(image, name.removeprefix(VOLUMES.prefix))
        return value

    for flag in FOR_IMAGES:
        if getattr(args, flag.removeprefix("--")) is not None:
            raise InputError(f"{flag} is for images: it does not go with --beam {args.beam}.")
    name = DEFAULT_IMAGE if args.image is None else args.image
    image = parse_volume(name, args.dataset, args.slice_distance)
    scan = make(VolumeScan, ask)
    for name in given:
        if name not in used:
            with_these = " or ".join(named[name].goes_with)
            raise InputError(f"--{name.replace('_', '-')} goes with {with_these}.")
    return replace(scan, image=image)


def method_class_of(name: str, *, volume: bool) -> type[Method]:
    """The method of this name, for volumes or for images; raise `InputError` without one."""
    if volume:
        return volume_method_named(name)
    if name in {method.name for method in OWN_METHODS}:
        beams = ", ".join(member.name for member in VOLUME_BEAMS.members)
        raise InputError(f"{name} is for volumes: it goes with --beam, one of {beams}.")
    return method_named(name)


def parse_volume(text: str, dataset: str = "", distance: str | None = None) -> VolumeImage:
    """Read the name of a volume, after a colon the seed of one that has it, or name a file.

    `dataset` is the array of a file that has several, `distance` that of its slices.
    """
    name, number = numbered(text)
    made = {member.name: member for member in MADE}
    if (file := volume_file(text)) is not None:
        return _file_volume(file, dataset, distance)
    for flag, value in (("--dataset", dataset), ("--slice-distance", distance)):
        if value:
            raise InputError(f"{flag} is for a volume from a file: it goes with --image FILE.")
    if name not in made:
        raise InputError(
            f"{quoted(text)} is no volume; the volumes are {', '.join(made)}, and a file or a "
            "folder can be named."
        )
    volume: VolumeImage = made[name](**({} if number is None else _seed(made[name], number)))
    return volume


def volume_file(text: str) -> tuple[Path, str, int | None] | None:
    """The file or folder of a volume in the words of `parse_volume`; None where it has none."""
    made = numbered(text)[0] in {member.name for member in MADE}
    return None if made else file_in(text, folders=True)


def _file_volume(
    file: tuple[Path, str, int | None], dataset: str, distance: str | None
) -> UploadedVolume:
    path, array, number = file
    if number is not None:
        raise InputError(
            f"A volume is made of all slices of a file: name it without the number {number}."
        )
    if dataset and array not in ("", dataset):
        raise InputError(f"--image asks for the array {array}, and --dataset for {dataset}.")
    try:
        apart = None if distance is None else float(distance)
    except ValueError:
        raise InputError(f"--slice-distance must be a number, not {quoted(distance)}.") from None
    return open_own_volume(str(path), path, dataset or array, apart)


def _seed(member: type[Any], number: int) -> dict[str, int]:
    if not hasattr(member, "seed"):
        raise InputError(f"{member.title} has no seed: name it without the number {number}.")
    return {"seed": number}


def _named() -> dict[str, Named]:
    return named_parameters(VolumeScan, VOLUMES.name)
