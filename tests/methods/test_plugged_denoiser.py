"""The trained denoiser in plug-and-play and RED, from its file of weights to the recipe."""

import numpy as np
import pytest
import torch

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.plug_and_play import PlugAndPlay
from core.methods.red import RED
from core.methods.support.denoising import trained_denoiser
from core.methods.support.reconstruction import reconstruct
from core.networks import weights
from core.networks.architectures.denoiser import Denoiser
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.export import recipe
from tests.helpers.dense import small_problem
from tests.helpers.recipe_runner import executed


@pytest.fixture
def random_denoiser(tmp_path, monkeypatch):
    """A denoiser of random weights among the files, in a folder of its own."""
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    torch.manual_seed(0)
    network = Denoiser()
    torch.nn.init.normal_(network.network.leave.weight, std=0.02)
    card = {**dict.fromkeys(weights.CARD), "name": "denoiser", "steps": 3, "batch": 4}
    return weights.save("denoiser", network.state_dict(), card)


def test_the_trained_denoiser_is_used_and_its_potential_differentiated(random_denoiser):
    denoiser = trained_denoiser()
    random = np.random.default_rng(0)
    image = random.random((30, 30), np.float32)
    assert np.abs(denoiser(image, 0.1) - image).max() > 1e-3
    value, slope = denoiser.potential_gradient(image, 0.1)
    assert value == pytest.approx(denoiser.potential(image, 0.1), rel=1e-4)
    length = float(np.linalg.norm(slope))
    step = np.float32(0.02 / length) * slope
    rise = denoiser.potential(image + step, 0.1) - denoiser.potential(image - step, 0.1)
    # ReLU bends between the two points.
    assert rise / 0.04 == pytest.approx(length, rel=0.02)


@pytest.mark.parametrize("method", [PlugAndPlay(iterations=2), RED(iterations=2)])
def test_without_weights_it_says_so(method, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    with pytest.raises(InputError, match="The weights of denoiser are not there"):
        reconstruct(method, small_problem().measurement)


@pytest.mark.parametrize(
    "method",
    [
        PlugAndPlay(solver="proximal_gradient", iterations=5),
        PlugAndPlay(solver="proximal_gradient", sharpen=False, relaxation=1.5, iterations=5),
        PlugAndPlay(solver="admm", iterations=5, balance=0.3),
        PlugAndPlay(solver="gradient_step", iterations=4, relaxation=2.0),
        RED(iterations=5),
        RED(iterations=5, sharpen=False, weight=2.0),
    ],
    ids=lambda method: f"{method.name} {getattr(method, 'solver', '')} {method.sharpen}",
)
def test_a_recipe_gives_the_same(method, random_denoiser, tmp_path):
    noise = GaussianNoise(level=0.02, seed=1)
    scan = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=18), detectors=46), noise=noise)
    exported = recipe(scan, method)
    assert exported.files["denoiser.safetensors"] == random_denoiser.read_bytes()
    left = executed(exported, tmp_path / "alone")["reconstruction"]
    measurement = scan.simulate()
    *_, last = method.iterate(measurement.operator, measurement.data)
    assert np.linalg.norm(left - last.image) / np.linalg.norm(last.image) < 1e-3
