"""The lines of a script that simulate a scan: its image, its scanner and its data."""

import inspect
from typing import Any

from core.description import values
from core.problem.imperfections import DetectorImperfection
from core.problem.noise.base import LARGEST_ATTENUATION
from core.problem.scan import Scan
from core.studies.problem_script import ProblemScript, function, scanner
from core.studies.script import imports_for, names_in
from core.studies.script_text import joined

SCORE = 'print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")'


def simulated_script(scan: Scan, *, as_function: bool) -> ProblemScript:
    """What makes the data of a scan: on the finer grid, and with all its imperfections.

    `as_function` asks for a function that gives the scanner of other views.
    """
    pieces = _image(scan), _scanner(scan, as_function=as_function)
    constants = scan_constants(scan)
    return ProblemScript(
        pieces=pieces,
        constants=constants,
        imports=frozenset(imports_for([*pieces, SCORE], {*constants, "reconstruction"})),
        score=SCORE,
        files=scan.image.script_files,
    )


def scan_constants(scan: Scan) -> dict[str, Any]:
    """Everything that defines a scan under the names of its parameters, in capitals.

    `ARC`, the angle that the views cover, is there whether they have such a parameter or not, and
    `VIEW_GAP`, the angle between neighbouring directions.
    """
    constants = {name.upper(): value for name, value in values(scan).items()}
    beam = scan.beam
    return {**constants, "ARC": constants.get("ARC", beam.views.arc), "VIEW_GAP": beam.view_gap}


def _image(scan: Scan) -> str:
    functions = [inspect.getsource(function) for function in scan.image.script_functions]
    lines = scan.image.script.strip("\n")
    if not scan.finer_grid:
        return joined([*functions, f"# The image\n{lines}"])
    made = function("finer_image(SIZE: int) -> np.ndarray", "The image at a size.", lines, "truth")
    return joined([*functions, made, f"# The image\n{FINER_IMAGE}"])


FINER_IMAGE = """\
truth = finer_image(SIZE)
# Each block of 2 x 2 finer pixels has the mean of the pixel that it stands for
blocks = finer_image(2 * SIZE).astype(float).reshape(SIZE, 2, SIZE, 2)
means = blocks.mean(axis=(1, 3), keepdims=True)
wanted = truth[:, None, :, None].astype(float)
blocks = np.where(means > 0, blocks * (wanted / np.where(means > 0, means, 1)), wanted)
scanned = blocks.reshape(2 * SIZE, 2 * SIZE).astype(np.float32)
"""


def _scanner(scan: Scan, *, as_function: bool) -> str:
    """The lines that make G and the data; with G of any view angles where a part asks for it."""
    simulated = _simulated(scan)
    if scan.finer_grid:
        head = f"finer_scanner({_arguments(scan, '{}')}) -> pylops.LinearOperator"
        lines = scan.beam.script.strip("\n")
        simulated[:0] = [function(head, "G for another number of pixels.", lines, "G")]
    title = "The scanner G and the data d = Gm + n"
    first = scanner(title, scan.beam.views.script, scan.beam.script, as_function=as_function)
    if len(simulated) == 1:  # nothing stands between G and its data
        return joined([*first[:-1], f"{first[-1]}\n{simulated[0]}"])
    return joined([*first, *simulated])


def _simulated(scan: Scan) -> list[str]:
    """The lines that make the data, with all that is wrong with the scanner, the last of them last.

    What they call stands before them.
    """
    wrong = scan.imperfections
    before = [one.script for one in wrong if not isinstance(one, DetectorImperfection)]
    after = [one.script for one in wrong if isinstance(one, DetectorImperfection)]
    lines = [line.strip("\n") for line in (*before, scan.noise.script, *after)]
    names = names_in("\n".join(lines))
    needed, clean = [], ["clean = G @ truth"]
    if scan.finer_grid:
        binned = "(finer @ image).reshape(len(angles), DETECTORS, 2).mean(axis=2) / 2"
        needed = [f"finer = finer_scanner({_arguments(scan, '2 * {}')})", _project(binned)]
        clean = ["clean = project(scanned)"]
    elif "project" in names:
        needed, clean = [_project("G @ image")], ["scanned = truth", *clean]
    if "scale" in names:
        clean.append(f"scale = {LARGEST_ATTENUATION:g} / clean.max()")
    return [*needed, "\n".join([*clean, *lines, "data = data.astype(np.float32)"])]


def _arguments(scan: Scan, form: str) -> str:
    """The constants of a scan that double with the number of pixels on a side, each in a form."""
    usual, fine = values(scan.beam), values(scan.beam.twice_as_fine())
    names = ("SIZE", *(name.upper() for name in usual if fine[name] != usual[name]))
    return ", ".join(form.format(name) for name in names)


def _project(expression: str) -> str:
    head = "project(image: np.ndarray) -> np.ndarray"
    return function(head, "The data of an image.", "", expression)
