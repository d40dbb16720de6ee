import importlib
import inspect
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from core.errors import InputError
from core.evaluation import published
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS, SUPPORT, find_methods, method_named
from core.methods.base import Dash, DirectMethod, Family, Hue, IterativeMethod, Method
from core.methods.support.proximal import ForwardBackwardMethod, ProximalMethod
from core.methods.support.reconstruction import reconstruct
from core.methods.support.trained import TrainedNetwork, stages_of, trained_stages
from core.parameters import parameters_of
from core.problem.measurement import SimulatedMeasurement
from core.projection.projector import make_projector
from core.studies.script import FOLDER as RECIPES

FOLDER = Path(__file__).parents[2] / "core" / "methods"
every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def concrete_methods():
    """Every class in the folder that can be made, whether or not it is listed."""
    for path in sorted(FOLDER.glob("[!_]*.py")):
        module = importlib.import_module(f"core.methods.{path.stem}")
        for value in vars(module).values():
            defined_here = isinstance(value, type) and value.__module__ == module.__name__
            if defined_here and issubclass(value, Method) and not inspect.isabstract(value):
                yield value


def test_every_method_in_the_folder_is_listed():
    bases = {DirectMethod, IterativeMethod, TrainedNetwork, ProximalMethod, ForwardBackwardMethod}
    assert set(concrete_methods()) - bases == set(METHODS)
    assert len(set(METHODS)) == len(METHODS)


def test_the_order_on_screen_is_the_one_that_is_stated():
    families = ("direct", "classical", "proximal", "learned", "sampling")
    places = [(families.index(method.family), method.position) for method in METHODS]
    assert places == sorted(set(places))
    names = [method.name for method in METHODS]
    for first, second in (("fbp", "regularised_least_squares"), ("cgls", "sirt"),
                          ("transmission", "proximal_gradient"), ("admm", "pdhg"),
                          ("pdhg", "unet"), ("learned_primal_dual", "red")):  # fmt: skip
        assert names.index(first) < names.index(second)


def test_support_modules_are_those_that_define_no_method():
    stems = {path.stem for path in FOLDER.glob("[!_]*.py")}
    assert stems - {method.name for method in METHODS} == SUPPORT


METHOD = """
from dataclasses import dataclass
from typing import final
from core.methods.base import DirectMethod

@final
@dataclass(frozen=True, kw_only=True)
class Mine(DirectMethod):
    name = "{}"
    position = {}
    def iterate(self, operator, data):
        yield from ()
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write modules into a package of their own; return what is found there."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"package_{tmp_path.name}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()

    def find(**modules):
        for stem, text in modules.items():
            (folder / f"{stem}.py").write_text(text)
        return find_methods(name, folder)

    return find


def test_a_file_is_all_that_a_method_needs(package):
    found = package(second=METHOD.format("second", 2), first=METHOD.format("first", 1), base="")
    assert [method.name for method in found] == ["first", "second"]


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        ({"mine": METHOD.replace("@final", "").format("mine", 1)}, "mine defines no @final Method"),
        ({"mine": METHOD.format("yours", 1)}, "mine must define one method of its name, not yours"),
        (
            {"mine": METHOD.format("mine", 1) + METHOD.replace("Mine", "B").format("b", 2)},
            "mine, b",
        ),
        (
            {"mine": METHOD.format("mine", 1), "more": METHOD.format("more", 1)},
            "mine and more are both number 1 among the direct methods",
        ),
    ],
    ids=["not final", "another name", "two in a file", "one place for two"],
)
def test_a_method_that_would_stay_unseen_is_refused_loudly(package, modules, complaint):
    with pytest.raises(TypeError, match=complaint):
        package(**modules)


def test_names_and_titles_are_unique_and_found():
    for attribute in ("name", "title"):
        assert len({getattr(method, attribute) for method in METHODS}) == len(METHODS)
    for method in METHODS:
        assert method_named(method.name) is method
    with pytest.raises(InputError, match="no method 'magic'; the methods are back_projection, fbp"):
        method_named("magic")


@every_method
def test_a_method_introduces_itself(method):
    assert method.__module__ == f"core.methods.{method.name}"
    assert is_dataclass(method)
    assert issubclass(method, Method)
    assert method.family in get_args(Family)
    for text in (method.title, method.idea, method.equation, method.source):
        assert text.strip()
    assert method.idea.endswith(".")
    assert method.colour in get_args(Hue)
    assert method.dash in get_args(Dash)
    assert (RECIPES / f"{method().recipe}.py").is_file()


@every_method
def test_all_its_fields_are_parameters_with_bounds(method):
    parameters = parameters_of(method)
    assert [p.name for p in parameters] == [f.name for f in fields(method)]
    for parameter in parameters:
        parameter.check(parameter.default)
        assert parameter.help, f"{parameter.name} has nothing to say"
        if isinstance(parameter.default, (int, float)) and not isinstance(parameter.default, bool):
            assert parameter.low is not None
            assert parameter.high is not None
            assert not parameter.log or parameter.low >= 0
        if isinstance(parameter.default, str):
            assert parameter.default in parameter.choices


@pytest.fixture(scope="module")
def measurement():
    operator = make_projector(64, ParallelBeam(views=EvenViews(angles=15), detectors=48))
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    truth = ((x**2 + y**2 < 0.6) * (1 - 0.5 * (np.abs(x) < 0.2))).astype(np.float32)
    clean = operator.project(truth)
    noise = 0.01 * clean.mean() * np.random.default_rng(0).standard_normal(clean.shape)
    data = (clean + noise).astype(np.float32)
    data.setflags(write=False)
    return SimulatedMeasurement(operator=operator, data=data, clean=clean, truth=truth)


DENOISER_SAMPLERS = ("diffpir", "split_gibbs", "annealed_langevin")
NETWORKS = [method for method in METHODS if method.staged]


@pytest.mark.parametrize("method", NETWORKS, ids=lambda method: method.name)
def test_the_stages_are_those_of_the_network(method, measurement):
    assert method.network == method.name
    steps = list(trained_stages(method.name, measurement.operator, measurement.data))
    assert method().iterations_planned() == stages_of(method.name) == len(steps) - 1


def test_what_a_method_is_shows_on_its_class():
    assert {m.name for m in METHODS if m.network == "denoiser"} == {
        "plug_and_play",
        "red",
        *DENOISER_SAMPLERS,
    }
    assert {m.name for m in METHODS if m.benchmark_images is not None} == {
        "plug_and_play",
        "red",
        "deep_image_prior",
        "convex_ridge",
        "gaussian_posterior",
        *DENOISER_SAMPLERS,
    }
    assert len(NETWORKS) == 13
    for method in METHODS:
        fast = {p.name for p in parameters_of(method)} & {"fast"}
        assert bool(fast) == getattr(method, "has_fast", False)
        for values in ({}, *({name: True} for name in fast)):
            assert (RECIPES / f"{method(**values).recipe}.py").is_file()


def short(method):
    few = {"iterations": 6, "samples": 3, "steps": 10, "sweeps": 3, "last_sweeps": 1}
    names = {p.name for p in parameters_of(method)}
    return method(**{name: number for name, number in few.items() if name in names})


@every_method
def test_iterates_stay_as_they_were_yielded(method, measurement):
    yielded = []
    for step in short(method).iterate(measurement.operator, measurement.data):
        assert step.image.shape == (64, 64)
        yielded.append((step.image, step.image.copy()))
    for image, copy in yielded:
        np.testing.assert_array_equal(image, copy)


@every_method
def test_it_keeps_its_plan_and_can_be_repeated(method, measurement):
    chosen = short(method)
    if getattr(method, "trained_on", "") == "ellipses":  # elsewhere it may diverge
        measurement = published.adler_oektem(1).groups[0].measure(0)
    first, second = (reconstruct(chosen, measurement) for _ in range(2))
    assert first.stop in ("finished", "tolerance"), first.message
    planned = chosen.iterations_planned()
    iterations = first.history.last("iteration")
    assert iterations == planned or (first.stop == "tolerance" and iterations < planned)
    np.testing.assert_array_equal(first.image, second.image)
