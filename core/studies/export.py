"""A question as a script: a preamble from the scan's description, and the method's recipe."""

import io
import sys
import textwrap
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.geometry.beams import Beam
from core.geometry.volume_beams import PanelBeam
from core.methods.base import Method
from core.methods.priors import prior_named
from core.methods.support.proximal import ProximalMethod
from core.parameters import values_of
from core.problem.measured import MeasuredScan
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.problem.volume_scan import VolumeScan
from core.studies.measured_script import measured_script
from core.studies.problem_script import ProblemScript
from core.studies.script import FOLDER, SCAN, Part, names_in, parts_of
from core.studies.script_text import WIDTH, Import, assignment, comment, import_lines, joined
from core.studies.simulated_script import simulated_script
from core.studies.version import DISTRIBUTIONS
from core.studies.volume_module import PACKAGES
from core.studies.volume_script import require_recipe, volume_script

LATER = {"pylops.medical": "astra"}
"""What a module imports only when it is used."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A script by the name of its file, the files that it reads beside it, and what it needs.

    It runs in the folder of these files, with the `packages` installed, and leaves the image
    (size, size) in `reconstruction`. `title` says what it does, and `pieces` are its lines one
    after the other: imports, constants, the image or the preparation, the scanner, the method, the
    score. A picture of the image has the grey range of what `picture` names.
    """

    name: str
    title: str
    pieces: tuple[str, ...]
    files: Mapping[str, bytes]
    packages: tuple[str, ...]
    picture: str = "truth"

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


def recipe(source: Source, method: Method) -> Recipe:
    """The script that answers what `method` makes of a simulated scan or of measured data.

    It simulates the data, with the same noise, or prepares the measured ones as the laboratory
    does. Raises `InputError` when the weights of the method's network are missing or damaged.
    """
    if isinstance(source, VolumeScan):
        require_recipe(method, source)
    elif not isinstance(source, (Scan, MeasuredScan)):
        raise TypeError(f"There is no script of a {type(source).__name__}.")
    name = recipe_name(method, source.beam)
    parts = parts_of(name, _prior(method))
    wanted = {entry for part in parts for entry in part.needs.get(SCAN, ())}
    problem = _problem(source, as_function="scanner" in wanted)
    files = dict(problem.files)
    own: dict[str, Any] = {key.upper(): value for key, value in values_of(method).items()}
    if method.network is not None:
        weights = f"{method.network}.safetensors"
        own = {"WEIGHTS": weights, **own}
        files[weights] = _weights(method.network)
    _check_constants(parts, own)
    blocks = [f"{comment(part.title)}\n{part.body}" for part in parts[:-1]]
    body = [*problem.pieces, *blocks, parts[-1].body, problem.score]
    used = set().union(*map(names_in, body))
    constants = {key: value for key, value in problem.constants.items() if key in used}
    imports = {*problem.imports, *(entry for part in parts for entry in part.imports)}
    own_modules = {name.removesuffix(".py") for name in files if name.endswith(".py")}
    packages = _packages(imports, own_modules)
    unit = "voxels" if isinstance(source, VolumeScan) else "pixels"
    pieces = (
        import_lines(imports),
        _rendered(f"The scan: lengths in {unit}, angles in degrees", constants),
        _rendered("The preparation: lengths in detectors", problem.preparation),
        _rendered("The method", own),
        *body,
    )
    return Recipe(
        name=f"{name}.py",
        title=parts[-1].title,
        pieces=tuple(piece for piece in pieces if piece),
        files=files,
        packages=packages,
        picture=problem.picture,
    )


def _problem(source: Source, *, as_function: bool) -> ProblemScript:
    if isinstance(source, VolumeScan):
        return volume_script(source, as_function=as_function)
    if isinstance(source, MeasuredScan):
        return measured_script(source, as_function=as_function)
    assert isinstance(source, Scan)
    return simulated_script(source, as_function=as_function)


def recipe_name(method: Method, beam: Beam) -> str:
    """The recipe of a method; a beam has its own where it differs."""
    names = [f"{method.recipe}_{beam.name}"]
    if isinstance(beam, PanelBeam):
        names.append(f"{method.recipe}_volume")
    return next((name for name in names if (FOLDER / f"{name}.py").exists()), method.recipe)


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


def _rendered(title: str, constants: Mapping[str, Any]) -> str:
    lines = [assignment(name, value) for name, value in constants.items()]
    return "\n".join([comment(title), *lines]) if lines else ""


def _packages(imports: set[Import], own_modules: set[str]) -> tuple[str, ...]:
    """The packages to install for these imports, by the names that pip knows.

    A module that lies beside the script needs no installation, but what it imports does.
    """
    modules = {module for module, _, _ in imports}
    modules |= {LATER[module] for module in modules if module in LATER}
    modules |= set(PACKAGES) if own_modules else set()
    tops = {module.partition(".")[0] for module in modules - own_modules} - sys.stdlib_module_names
    return tuple(sorted(DISTRIBUTIONS.get(top, top) for top in tops))


def _docstring(title: str, packages: tuple[str, ...], files: Mapping[str, bytes]) -> str:
    needed = f"It needs the packages {', '.join(packages)}"
    if files:
        *others, last = files
        needed += f", and beside it {', '.join(others)}{' and ' if others else ''}{last}"
    return f'"""{title}\n\n{textwrap.fill(needed, WIDTH - 1)}.\n"""'
