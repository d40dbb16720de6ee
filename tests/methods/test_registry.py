import importlib
import inspect
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from core.methods import METHODS, method_named
from core.methods.base import Method, reconstruct
from core.methods.parameters import parameters_of
from core.problem.errors import InputError
from core.problem.geometry import ParallelBeam
from core.problem.projector import make_projector
from core.problem.scan import Measurement
from core.problem.views import EvenViews
from core.run.export import RECIPES

FOLDER = Path(__file__).parents[2] / "core" / "methods"
every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def concrete_methods():
    """Every class in the folder that can be made, whether or not it is listed."""
    for path in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"core.methods.{path.stem}")
        for value in vars(module).values():
            defined_here = isinstance(value, type) and value.__module__ == module.__name__
            if defined_here and issubclass(value, Method) and not inspect.isabstract(value):
                yield value


def test_every_method_in_the_folder_is_listed():
    assert set(concrete_methods()) == set(METHODS)
    assert len(set(METHODS)) == len(METHODS)


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
    assert method.family in ("direct", "classical", "proximal", "learned")
    for text in (method.title, method.idea, method.equation, method.source):
        assert text.strip()
    assert method.idea.endswith(".")
    assert (RECIPES / f"{method.name}.py").is_file()


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
    return Measurement(operator=operator, data=data, clean=clean, truth=truth)


def short(method):
    made = method()
    names = {p.name for p in parameters_of(method)}
    return replace(made, iterations=6) if "iterations" in names else made


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
    first, second = (reconstruct(chosen, measurement) for _ in range(2))
    assert first.stop in ("finished", "tolerance"), first.message
    planned = chosen.iterations_planned()
    iterations = first.history.last("iteration")
    assert iterations == planned or (first.stop == "tolerance" and iterations < planned)
    np.testing.assert_array_equal(first.image, second.image)
