"""What the command line understands: its commands and their options."""

from argparse import ArgumentParser
from pathlib import Path
from typing import NoReturn


class Parser(ArgumentParser):
    """Complains with the sentence alone."""

    def error(self, message: str) -> NoReturn:
        """Print one sentence on stderr and exit with code 2."""
        self.exit(2, f"{message[:1].upper()}{message[1:].rstrip('.')}.\n")


def make_parser() -> ArgumentParser:
    """The parser of all commands."""
    parser = Parser(
        prog="python -m core", description="Scan an image and reconstruct it.", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    listing = commands.add_parser("list", help="list the methods and their parameters")
    listing.add_argument("--json", action="store_true", help="print one JSON array")

    solving = commands.add_parser("solve", help="scan an image and reconstruct it")
    solving.add_argument("method", metavar="METHOD", help="a name from `list`")
    _add_scan(solving)
    solving.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the method"
    )
    solving.add_argument("--out", type=Path, metavar="FILE.h5", help="write the result as HDF5")
    solving.add_argument("--json", action="store_true", help="print one JSON object last")

    timing = commands.add_parser("bench", help="measure speed against the lecture's own code")
    timing.add_argument("--json", type=Path, metavar="FILE", help="write the numbers as JSON")

    scoring = commands.add_parser("table", help="score the methods on the lecture's scan")
    scoring.add_argument(
        "family", metavar="FAMILY", help="direct, classical, proximal, learned, or priors"
    )
    scoring.add_argument("--slices", type=int, default=10, help="slices of each set (10)")

    judging = commands.add_parser(
        "evaluate", help="judge every method, trained ones included, on images never seen"
    )
    judging.add_argument(
        "--benchmark",
        action="append",
        metavar="NAME",
        help="heads, adler_oektem or dival; may be repeated (all)",
    )
    judging.add_argument(
        "--slices", type=int, help="slices of each set, or test images of a benchmark (all)"
    )
    judging.add_argument(
        "--scores", type=Path, metavar="FILE", help="the file of scores (assets/scores.json)"
    )
    judging.add_argument("--json", action="store_true", help="print one JSON array last")

    training = commands.add_parser("train", help="train a network, or go on training it")
    training.add_argument("network", metavar="NETWORK", help="its name, or `all` of them")
    training.add_argument("--steps", type=int, help="so many steps in all (the network's plan)")
    training.add_argument("--seed", type=int, default=0, help="seed of everything random (0)")
    training.add_argument("--threads", type=int, default=1, help="threads of PyTorch (1)")
    beginning = training.add_mutually_exclusive_group()
    beginning.add_argument(
        "--fresh", action="store_true", help="do not go on with an interrupted training"
    )
    beginning.add_argument(
        "--further", action="store_true", help="begin with the weights in assets/weights"
    )
    return parser


def _add_scan(solving: ArgumentParser) -> None:
    """The options of a scan; left out, they are the lecture's."""
    scan = solving.add_argument_group("the scan (lengths in pixels, angles in degrees)")
    scan.add_argument("--image", default="colin27", help="SET:SLICE, PHANTOM:SEED or FILE:SLICE")
    scan.add_argument(
        "--lesion",
        metavar="x=…,y=…,radius=…,contrast=…",
        help="a disc in the image: lengths in halves of its side, x to the right, y upwards",
    )
    scan.add_argument("--size", type=int, default=320, help="side of the image (320)")
    scan.add_argument("--beam", default="parallel", help="parallel or fan")
    scan.add_argument("--angles", type=int, help="number of views (41)")
    scan.add_argument("--arc", type=float, help="the views cover this arc (180; fan: 360)")
    scan.add_argument("--start", type=float, help="angle of the first view (0)")
    scan.add_argument("--detectors", type=int, help="number of detectors (160)")
    scan.add_argument("--detector-width", type=float, help="width of a detector (2)")
    scan.add_argument("--source-origin", type=float, help="fan: from source to axis (640)")
    scan.add_argument("--origin-detector", type=float, help="fan: from axis to detector (640)")
    scan.add_argument("--projector", default="strip", help="strip, line or linear")
    scan.add_argument("--noise", default="none", help="none, gaussian or poisson")
    scan.add_argument(
        "--level", type=float, help="gaussian: part of mean |d| (0.01); poisson: photons (1e4)"
    )
    scan.add_argument("--seed", type=int, default=0, help="seed of the noise (0)")
