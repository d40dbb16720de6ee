"""Scripts of volumes, run alone in a folder of their own, give what the screen shows."""

import ast
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ConeBeam, HelicalBeam, ParallelBeam3D
from core.methods.cgls import CGLS
from core.methods.fista import FISTA
from core.methods.priors import priors_for_volumes
from core.methods.support.reconstruction import reconstruct
from core.methods.volumes import VOLUME_METHODS
from core.methods.volumes.fdk import FDK
from core.methods.volumes.ordered_subsets import OrderedSubsets
from core.parameters import parameters_of
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.volume_scan import VolumeScan
from core.problem.volumes.balls import Balls
from core.projection.projector import make_projector
from core.projection.volume.plain import ConeBeam as PlainConeBeam
from core.studies.export import recipe
from core.studies.volume_module import volume_module
from tests.helpers.recipe_runner import executed
from tests.helpers.volumes import CONE, HELIX

NOISE = GaussianNoise(level=0.02, seed=3)
SCAN = VolumeScan(
    image=Balls(),
    size=12,
    beam=ConeBeam.sized(12).with_angles(8),
    kernel="linear",
    noise=NOISE,
)
STACK = replace(
    ParallelBeam3D.sized(12), rows=5, views=EvenViews(angles=8), interleaved=3, turned=7.0
)


def short(method):
    names = {parameter.name for parameter in parameters_of(method)}
    few = {"iterations": 3, "sigma": 0.05, "filter": "hann"}
    return method(**{name: value for name, value in few.items() if name in names})


NORM = "L = largest_eigenvalue(G)"
OF_PARTS = ("minibatch_gradient_descent", "spdhg")
"""Methods that need the norms of parts of G."""


def with_norm(exported, operator):
    """The script with the laboratory's bound on ‖G‖², which lies up to 2 % above the norm."""
    bound = f"L = {operator.norm_squared!r}"
    return replace(exported, pieces=tuple(p.replace(NORM, bound) for p in exported.pieces))


def assert_same(scan, method, folder, atol=2e-5):
    """The script's data and volume are the screen's; ASTRA's filter and strips differ a little."""
    measurement = scan.measurement()
    left = executed(with_norm(recipe(scan, method), measurement.operator), folder)
    np.testing.assert_array_equal(left["truth"], measurement.truth)
    assert np.abs(left["data"] - measurement.data).max() <= atol * measurement.data.max()
    volume = reconstruct(method, measurement).image
    assert left["reconstruction"].shape == volume.shape
    difference = np.linalg.norm(left["reconstruction"] - volume) / np.linalg.norm(volume)
    most = 0.02 if method.name in OF_PARTS else 5e-4
    assert difference < most, f"{difference:.1e}"


@pytest.mark.parametrize("method", VOLUME_METHODS, ids=lambda method: method.name)
def test_every_method_for_volumes_has_a_script_that_gives_the_same(method, tmp_path):
    assert_same(SCAN, short(method), tmp_path)


@pytest.mark.parametrize("prior", priors_for_volumes())
def test_every_prior_for_volumes_is_in_the_scripts(prior, tmp_path):
    assert_same(SCAN, OrderedSubsets(prior=prior, sigma=0.05, iterations=2), tmp_path / "warm")
    assert_same(SCAN, FISTA(prior=prior, sigma=0.05, iterations=3), tmp_path / "whole")


@pytest.mark.parametrize("method", [FDK(), CGLS(iterations=3), OrderedSubsets(iterations=2)])
def test_a_stack_of_slices_with_angles_of_their_own(method, tmp_path):
    scan = replace(SCAN, beam=STACK, kernel="strip")
    # The lab's strips are exact areas, ASTRA's deviate by up to 4e-4 of the largest datum.
    assert_same(scan, method, tmp_path, atol=1e-3)


def test_a_helix_a_moved_panel_and_the_footprint(tmp_path):
    helix = HelicalBeam.sized(12).with_angles(9)
    assert_same(replace(SCAN, beam=helix), OrderedSubsets(iterations=2), tmp_path / "helix")
    moved = replace(SCAN.beam, panel_offset=1.5)
    scan = replace(SCAN, beam=moved, kernel="strip", noise=PoissonNoise(photons=1e5))
    assert_same(scan, OrderedSubsets(iterations=2), tmp_path / "moved")


def test_data_of_a_finer_grid_travel_with_the_script(tmp_path):
    scan = replace(SCAN, finer_grid=True)
    assert set(recipe(scan, FDK()).files) == {"volume.npy", "clean.npy", "volume_beams.py"}
    assert_same(scan, FDK(), tmp_path)


def test_the_norm_that_the_script_finds_itself_is_just_below_the_bound(tmp_path):
    left = executed(recipe(SCAN, FISTA(iterations=1)), tmp_path)
    assert 0.97 < left["L"] / SCAN.operator().norm_squared <= 1


def test_what_the_method_refuses_has_no_script():
    with pytest.raises(InputError, match="not on a helix"):
        recipe(replace(SCAN, beam=HelicalBeam.sized(12)), FDK())
    with pytest.raises(InputError, match="for images"):
        recipe(SCAN, FISTA(prior="nuclear"))


def test_scripts_and_module_are_formatted_and_use_what_they_import(tmp_path):
    for method in VOLUME_METHODS:
        entry = recipe(SCAN, method())
        (tmp_path / entry.name).write_text(entry.text)
    (tmp_path / "stack.py").write_text(recipe(replace(SCAN, beam=STACK), FDK()).text)
    module = tmp_path / "volume_beams.py"
    module.write_text("")
    style = ["--isolated", "--line-length", "100", "--target-version", "py311"]
    for command in (["check", "--select", "E,F,I,W"], ["format", "--diff"]):
        told = [sys.executable, "-m", "ruff", *command, *style, str(tmp_path)]
        done = subprocess.run(told, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout
    module.write_text(volume_module())
    told = [sys.executable, "-m", "ruff", "check", "--select", "F", "--isolated", str(module)]
    done = subprocess.run(told, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout


def test_the_module_names_nothing_of_the_laboratory():
    tree = ast.parse(volume_module())
    modules = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert {name.partition(".")[0] for name in modules} == {
        "collections", "concurrent", "math", "numba", "numpy", "os", "pylops",
    }  # fmt: skip
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len(functions) == len(set(functions))


@pytest.mark.parametrize("beam", [CONE, HELIX], ids=["cone", "helix"])
@pytest.mark.parametrize("kernel", ["linear", "strip"])
def test_the_plain_operator_is_the_projector(beam, kernel):
    projector = make_projector(12, beam, kernel)
    plain = PlainConeBeam(
        (12, 12, 12),
        beam.angles_rad,
        (beam.rows, beam.detectors),
        (beam.row_height, beam.detector_width),
        (beam.source_origin, beam.origin_detector),
        heights=beam.source_heights,
        offset=beam.panel_offset,
        kernel=kernel,
    )
    random = np.random.default_rng(0)
    volume = random.standard_normal(projector.dims).astype(np.float32)
    data = random.standard_normal(projector.dimsd).astype(np.float32)
    expected = projector.project(volume)
    np.testing.assert_allclose(plain @ volume, expected, atol=1e-5 * np.abs(expected).max())
    expected = projector.back_project(data)
    np.testing.assert_allclose(plain.H @ data, expected, atol=1e-5 * np.abs(expected).max())
