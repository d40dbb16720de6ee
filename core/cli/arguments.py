"""What the command line understands: its commands and their options."""

from argparse import SUPPRESS, ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from core.parameter import Parameter
from core.parameters import parameters_of

IMAGE_HELP = "SET:SLICE, PHANTOM:SEED, FILE:SLICE, FILE:ARRAY:SLICE or drawing:SHAPES"
VOLUME_BEAMS = ("parallel3d", "cone", "helix")
"""The beams of volumes, in whose company a scan has other options."""
FOR_IMAGES = ("--sinogram", "--lesion")
"""Options of images that are known beside a volume, to be refused with the reason."""
DATASET_HELP = "which array of a file that holds several"


class Parser(ArgumentParser):
    """Complains with the sentence alone."""

    def error(self, message: str) -> NoReturn:
        """Print one sentence on stderr and exit with code 2."""
        self.exit(2, f"{message[:1].upper()}{message[1:].rstrip('.')}.\n")


def make_parser(arguments: Sequence[str] = ()) -> ArgumentParser:
    """The parser of all commands.

    `arguments` are those that it will be given: a command whose options come from a description
    has them only where it is called, since the descriptions take a second to load.
    """
    parser = Parser(
        prog="python -m core", description="Scan an image and reconstruct it.", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    listing = commands.add_parser("list", help="list the methods and their parameters")
    listing.add_argument("--json", action="store_true", help="print one JSON array")

    solving = commands.add_parser("solve", help="reconstruct a simulated scan or measured data")
    solving.add_argument("method", metavar="METHOD", help="a name from `list`")
    solving.add_argument("--out", type=Path, metavar="FILE.h5", help="write the result as HDF5")
    solving.add_argument("--json", action="store_true", help="print one JSON object last")

    exporting = commands.add_parser(
        "export", help="write a script that makes the same reconstruction without the laboratory"
    )
    exporting.add_argument("method", metavar="METHOD", help="a name from `list`")
    exporting.add_argument(
        "--out", type=Path, metavar="FOLDER", required=True, help="where the script goes"
    )
    exporting.add_argument(
        "--notebook",
        action="store_true",
        help="write a Jupyter notebook that carries its files, in place of the script",
    )

    reconstructing = {"solve": solving, "export": exporting}
    for command in reconstructing.values():
        command.add_argument(
            "--set",
            action="extend",
            nargs="+",
            default=[],
            metavar="NAME=VALUE",
            help="parameters of the method",
        )
    if arguments and arguments[0] in reconstructing:
        volume = _beam(arguments) in VOLUME_BEAMS
        title, parameters = _method(arguments[1:], volume=volume)
        _add_scan(reconstructing[arguments[0]], parameters, volume=volume)
        if not volume:
            from core.cli.measured_options import add_options

            add_options(reconstructing[arguments[0]])
        _add_method(reconstructing[arguments[0]], title, parameters)

    cutting = commands.add_parser(
        "cut", help="cut one slice out of a large file, to open it in the browser"
    )
    cutting.add_argument("image", metavar="FILE[:ARRAY][:SLICE]", help="of any size and format")
    cutting.add_argument("--dataset", metavar="NAME", default="", help=DATASET_HELP)
    cutting.add_argument(
        "--out", type=Path, metavar="FILE.npy", required=True, help="where the slice goes"
    )

    timing = commands.add_parser("bench", help="measure speed against the lecture's own code")
    timing.add_argument("--json", type=Path, metavar="FILE", help="write the numbers as JSON")

    loading = commands.add_parser(
        "load", help="measure what a class waits for: real sessions on a server of its own"
    )
    loading.add_argument(
        "--visitors", type=int, nargs="+", default=[15, 50, 150], help="sizes of the class"
    )
    loading.add_argument(
        "--page", nargs="+", default=["forward", "classical_inversion"], help="paths of the pages"
    )
    loading.add_argument("--query", default="", help="of the link with which all come: size=64")
    loading.add_argument("--rate", type=float, default=1.0, help="actions per second and visitor")
    loading.add_argument("--seconds", type=float, default=20.0, help="of moving a slider (20)")
    loading.add_argument(
        "--after", type=float, default=130.0, help="seconds until the last look at the memory (130)"
    )
    loading.add_argument(
        "--against",
        default="",
        metavar="OPTIONS",
        help="options of `streamlit run` for a second server, measured beside the shipped one",
    )
    loading.add_argument("--json", type=Path, metavar="FILE", help="write the numbers as JSON")

    scoring = commands.add_parser("table", help="score the methods on the lecture's scan")
    scoring.add_argument(
        "family", metavar="FAMILY", help="direct, classical, proximal, learned, or priors"
    )
    scoring.add_argument("--slices", type=int, default=10, help="slices of each set (10)")

    evaluating = commands.add_parser(
        "evaluate", help="score every method, trained ones included, on unseen test images"
    )
    evaluating.add_argument(
        "--benchmark",
        action="append",
        metavar="NAME",
        help="heads, heads_finer_grid, modality, few_views, adler_oektem, dival, lesions, …",
    )
    evaluating.add_argument(
        "--slices", type=int, help="slices of each set, test images, or places of lesions (all)"
    )
    evaluating.add_argument(
        "--scores", type=Path, metavar="FILE", help="the file of scores (assets/scores.json)"
    )
    evaluating.add_argument("--json", action="store_true", help="print one JSON array last")

    sampling = commands.add_parser(
        "uncertainty", help="score the samplers: is their spread as wide as their error?"
    )
    sampling.add_argument(
        "--sampler", action="append", metavar="NAME", help="may be repeated (all of them)"
    )
    sampling.add_argument("--slices", type=int, default=8, help="slices of each set (8)")
    sampling.add_argument("--samples", type=int, default=8, help="samples of each slice (8)")
    sampling.add_argument(
        "--scores", type=Path, metavar="FILE", help="the file of scores (assets/uncertainty.json)"
    )
    sampling.add_argument("--json", action="store_true", help="print one JSON array last")

    training = commands.add_parser("train", help="train a network, or resume its training")
    training.add_argument(
        "network", metavar="NETWORK", nargs="?", help="its name, or `all` of them"
    )
    training.add_argument("--list", action="store_true", help="say what each was trained on")
    training.add_argument(
        "--queue", action="store_true", help="train those that have not been trained as planned"
    )
    training.add_argument("--steps", type=int, help="number of steps in all (the network's plan)")
    training.add_argument("--seed", type=int, default=0, help="seed of everything random (0)")
    training.add_argument("--threads", type=int, default=1, help="threads of PyTorch (1)")
    start = training.add_mutually_exclusive_group()
    start.add_argument("--fresh", action="store_true", help="do not resume an interrupted training")
    start.add_argument(
        "--further", action="store_true", help="start from the weights in assets/weights"
    )
    lecturing = commands.add_parser("lecture", help="check or open a lecture in files")
    actions = lecturing.add_subparsers(
        dest="action", metavar="ACTION", required=True, parser_class=Parser
    )
    checking = actions.add_parser("check", help="say what is wrong with a scene or a lecture")
    previewing = actions.add_parser("preview", help="open the laboratory at a scene")
    for action in (checking, previewing):
        action.add_argument("path", type=Path, metavar="FILE|FOLDER", help="a scene, or a lecture")
    previewing.add_argument("--port", type=int, default=8501, help="of the server (8501)")
    return parser


def _beam(arguments: Sequence[str]) -> str:
    """What the arguments say last of the beam; "" where they say nothing."""
    beam = ""
    for word, after in zip(arguments, [*arguments[1:], ""], strict=True):
        if word == "--beam":
            beam = after
        elif word.startswith("--beam="):
            beam = word.removeprefix("--beam=")
    return beam


def _add_scan(
    command: ArgumentParser, parameters: Mapping[str, Parameter], *, volume: bool
) -> None:
    """The options of a scan, from its description; the defaults are the lecture's scan.

    Where an older name of an option is also a parameter of the method, the method has it.
    """
    from core.cli.scan_options import options
    from core.cli.volume_options import VOLUME_HELP, volume_options

    command.set_defaults(volume=volume)
    unit = "voxels" if volume else "pixels"
    scan = command.add_argument_group(f"the scan (lengths in {unit}, angles in degrees)")
    scan.add_argument("--image", help=VOLUME_HELP if volume else IMAGE_HELP)
    scan.add_argument("--dataset", metavar="NAME", default="", help=DATASET_HELP)
    if volume:
        scan.add_argument(
            "--slice-distance",
            metavar="PIXELS",
            help="of a file's slices, in sides of a pixel (what the file says, else 1)",
        )
        for (flag, *others), name, about in volume_options():
            flags = (flag, *(name for name in others if name not in parameters))
            scan.add_argument(*flags, dest=name, metavar=name.upper(), help=about)
        for flag in FOR_IMAGES:
            command.add_argument(flag, help=SUPPRESS)
        return
    scan.add_argument(
        "--lesion",
        metavar="x=…,y=…,radius=…,contrast=…,shape=…",
        help="a disc or another shape in the image: lengths in halves of its side, x to the right, "
        "y upwards",
    )
    for (flag, *older), name, about in options():
        flags = (flag, *(name for name in older if name not in parameters))
        scan.add_argument(*flags, dest=name, metavar=name.upper(), help=about)


def _method(words: Sequence[str], *, volume: bool) -> tuple[str, dict[str, Parameter]]:
    """The title of the method that is named and its parameters by their flags; nothing for none.

    A method's name may also be the value of an option, so those that follow none come first.
    """
    from core.methods import METHODS
    from core.methods.volumes import VOLUME_METHODS

    methods = {method.name: method for method in (VOLUME_METHODS if volume else METHODS)}
    named = [pair for pair in zip(["", *words], words, strict=False) if pair[1] in methods]
    if not named:
        return "", {}
    _, name = min(named, key=lambda pair: pair[0].startswith("--"))
    parameters = {f"--{p.name.replace('_', '-')}": p for p in parameters_of(methods[name])}
    return methods[name].title, parameters


def _add_method(command: ArgumentParser, title: str, parameters: Mapping[str, Parameter]) -> None:
    """The options of a method, from its own description."""
    from core.cli.scan_options import about

    group = command.add_argument_group(f"{title} (also by --set NAME=VALUE)")
    for flag, parameter in parameters.items():
        group.add_argument(flag, dest=f"set.{parameter.name}", help=about(parameter))
