"""A question as a script: a preamble from the scan's description, and the method's recipe."""

import inspect
import io
import sys
import textwrap
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.description import values
from core.geometry.beams import Beam
from core.methods.base import Method
from core.methods.priors import prior_named
from core.methods.support.proximal import ProximalMethod
from core.parameters import values_of
from core.problem.imperfections import DetectorImperfection
from core.problem.noise.base import LARGEST_ATTENUATION
from core.problem.scan import Scan
from core.studies.script import FOLDER, SCAN, Part, imports_for, names_in, parts_of
from core.studies.script_text import WIDTH, Import, assignment, comment, import_lines, joined
from core.studies.version import DISTRIBUTIONS

LATER = {"pylops.medical": "astra"}
"""What a module imports only when it is used."""

SCORE = 'print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")'


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A script by the name of its file, the files that it reads beside it, and what it needs.

    It runs in the folder of these files, with the `packages` installed, and leaves the image
    (size, size) in `reconstruction`. `title` says what it does, and `pieces` are its lines one
    after the other: imports, constants, the image, the scanner, the method, the score.
    """

    name: str
    title: str
    pieces: tuple[str, ...]
    files: Mapping[str, bytes]
    packages: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole script."""
        opening = _docstring(self.title, self.packages, self.files)
        return f"{joined([opening, *self.pieces])}\n"

    def archive(self) -> bytes:
        """The script and its files as a ZIP file, the same bytes each time."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for name, content in {self.name: self.text.encode(), **self.files}.items():
                # An entry without a date of its own has the first one that there is, 1980.
                file.writestr(zipfile.ZipInfo(name), content)
        return buffer.getvalue()


def recipe(scan: Scan, method: Method) -> Recipe:
    """The script that answers what `method` makes of `scan`, with the same noise.

    It simulates the data as the scan does: on the finer grid, and with all its imperfections.

    Raises `InputError` when the weights of the method's network are missing or damaged.
    """
    name = recipe_name(method, scan.beam)
    parts = parts_of(name, _prior(method))
    files = dict(scan.image.script_files)
    own: dict[str, Any] = {key.upper(): value for key, value in values_of(method).items()}
    if method.network is not None:
        weights = f"{method.network}.safetensors"
        own = {"WEIGHTS": weights, **own}
        files[weights] = _weights(method.network)
    _check_constants(parts, own)
    wanted = {entry for part in parts for entry in part.needs.get(SCAN, ())}
    image, scanner = _image(scan), _scanner(scan, as_function="scanner" in wanted)
    blocks = [f"{comment(part.title)}\n{part.body}" for part in parts[:-1]]
    body = [image, scanner, *blocks, parts[-1].body, SCORE]
    used = set().union(*map(names_in, body))
    constants = {key: value for key, value in scan_constants(scan).items() if key in used}
    imports = imports_for([image, scanner, SCORE], {*constants, *own, "reconstruction"})
    imports |= {entry for part in parts for entry in part.imports}
    packages = _packages(imports)
    pieces = (
        import_lines(imports),
        _rendered("The scan: lengths in pixels, angles in degrees", constants),
        _rendered("The method", own),
        *body,
    )
    return Recipe(
        name=f"{name}.py",
        title=parts[-1].title,
        pieces=tuple(piece for piece in pieces if piece),
        files=files,
        packages=packages,
    )


def recipe_name(method: Method, beam: Beam) -> str:
    """The recipe of a method; a beam has its own where it differs."""
    own = f"{method.recipe}_{beam.name}"
    return own if (FOLDER / f"{own}.py").exists() else method.recipe


def scan_constants(scan: Scan) -> dict[str, Any]:
    """Everything that defines a scan under the names of its parameters, in capitals.

    `ARC`, the angle that the views cover, is there whether they have such a parameter or not.
    """
    constants = {name.upper(): value for name, value in values(scan).items()}
    return {**constants, "ARC": constants.get("ARC", scan.beam.views.arc)}


def _prior(method: Method) -> tuple[str, str]:
    """The module of the prior that a method takes, and its name."""
    if not isinstance(method, ProximalMethod):
        return "", ""
    return prior_named(method.prior).__module__.rpartition(".")[2], method.prior


def _weights(network: str) -> bytes:
    from core.networks.weights import card_of, path_of

    card_of(network)  # says what is wrong with them
    return path_of(network).read_bytes()


def _check_constants(parts: list[Part], own: Mapping[str, Any]) -> None:
    for part in parts:
        for name in part.constants:
            if name not in own:
                raise ValueError(f"“{part.title}” takes {name}, which the method does not have.")


def _image(scan: Scan) -> str:
    functions = [inspect.getsource(function) for function in scan.image.script_functions]
    lines = scan.image.script.strip("\n")
    if not scan.finer_grid:
        return joined([*functions, f"# The image\n{lines}"])
    made = _function("finer_image(SIZE: int) -> np.ndarray", "The image at a size.", lines, "truth")
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
    title = comment("The scanner G and the data d = Gm + n")
    views, beam = scan.beam.views.script.strip("\n"), scan.beam.script.strip("\n")
    simulated = _simulated(scan)
    if scan.finer_grid:
        head = f"finer_scanner({_arguments(scan, '{}')}) -> pylops.LinearOperator"
        simulated[:0] = [_function(head, "G for another number of pixels.", beam, "G")]
    if as_function:
        head = "scanner(angles: np.ndarray) -> pylops.LinearOperator"
        function = _function(head, "G of some views.", beam, "G")
        first = [function, "\n".join([title, views, "G = scanner(angles)"])]
    else:
        first = ["\n".join([title, views, beam])]
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
    return _function(head, "The data of an image.", "", expression)


def _function(head: str, words: str, lines: str, answer: str) -> str:
    """A function of a script."""
    body = [f'"""{words}"""', *([lines] if lines else []), f"return {answer}"]
    return "\n".join([f"def {head}:", textwrap.indent("\n".join(body), " " * 4)])


def _rendered(title: str, constants: Mapping[str, Any]) -> str:
    lines = [assignment(name, value) for name, value in constants.items()]
    return "\n".join([comment(title), *lines]) if lines else ""


def _packages(imports: set[Import]) -> tuple[str, ...]:
    """The packages to install for these imports, by the names that pip knows."""
    modules = {module for module, _, _ in imports}
    modules |= {LATER[module] for module in modules if module in LATER}
    tops = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
    return tuple(sorted(DISTRIBUTIONS.get(top, top) for top in tops))


def _docstring(title: str, packages: tuple[str, ...], files: Mapping[str, bytes]) -> str:
    needed = f"It needs the packages {', '.join(packages)}"
    if files:
        needed += f", and beside it {' and '.join(files)}"
    return f'"""{title}\n\n{textwrap.fill(needed, WIDTH)}.\n"""'
