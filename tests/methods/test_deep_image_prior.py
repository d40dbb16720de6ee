import runpy
from dataclasses import replace

import numpy as np
import pylops.medical
import pytest
import torch

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.deep_image_prior import DeepImagePrior, rough_picture, total_variation
from core.methods.priors import value_of
from core.methods.support import half_precision
from core.methods.support.reconstruction import reconstruct
from core.networks.architectures.deep_image_prior import EncoderDecoder, untrained
from core.problem.images import SheppLogan
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.export import recipe
from tests.helpers.recipe_runner import lay_out

SCAN = Scan(
    image=SheppLogan(),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=48),
    noise=GaussianNoise(level=0.01, seed=3),
)
SHORT = DeepImagePrior(
    iterations=6,
    channels=8,
    input="noise",
    tv_weight=0.5,
    optimiser="adam",
    half_precision=False,
)


@pytest.fixture(scope="module")
def measurement():
    return SCAN.simulate()


def steps(method, measurement):
    return list(method.iterate(measurement.operator, measurement.data))


def last(method, measurement):
    return steps(method, measurement)[-1].image


def test_a_seed_repeats_itself_whatever_else_draws_numbers(measurement):
    shaken = replace(SHORT, input_noise=0.05)
    torch.manual_seed(1)
    first = last(shaken, measurement)
    torch.manual_seed(2)
    state = torch.random.get_rng_state()
    np.testing.assert_array_equal(first, last(shaken, measurement))
    other = last(replace(shaken, seed=1), measurement)
    assert np.linalg.norm(first - other) > 0.05 * np.linalg.norm(first)
    assert state.shape == torch.random.get_rng_state().shape


def test_the_loss_falls_and_the_picture_comes_closer(measurement):
    result = reconstruct(replace(SHORT, iterations=60), measurement)
    assert result.stop == "finished"
    assert result.history.last("loss") < 0.05 * result.history["loss"][0]
    assert result.history.last("residual") < 0.2
    assert result.history.last("snr") > result.history["snr"][0] + 3


def test_muon_comes_farther_than_adam_and_half_precision_as_far(measurement):
    muon = replace(SHORT, iterations=60, channels=24, optimiser="muon")
    settings = {
        "muon": {},
        "adam": {"optimiser": "adam"},
        "half": {"half_precision": True},
        "other seed": {"seed": 1},
    }
    snr = {
        name: reconstruct(replace(muon, **more), measurement).history.last("snr")
        for name, more in settings.items()
    }
    assert snr["muon"] > snr["adam"] + 0.8
    assert abs(snr["half"] - snr["muon"]) < max(1, abs(snr["other seed"] - snr["muon"]))


def test_half_precision_is_left_alone_where_the_processor_lacks_it(
    measurement, tmp_path, monkeypatch
):
    (tmp_path / "cpuinfo").write_text("flags: avx2")
    monkeypatch.setattr(half_precision, "CPU", tmp_path / "cpuinfo")
    half_precision.has_bfloat16.cache_clear()
    asked = last(replace(SHORT, half_precision=True), measurement)
    half_precision.has_bfloat16.cache_clear()
    np.testing.assert_array_equal(asked, last(SHORT, measurement))


@pytest.mark.parametrize(("sharpening", "edge_scale"), [(0.0, 0.0), (1.0, 0.0), (0.0, 0.3)])
def test_the_loss_is_that_of_the_picture_shown(measurement, sharpening, edge_scale):
    """Without averaging and sharpening it is the objective over ‖G‖²; else from its definition."""
    more = {"sharpening": sharpening, "edge_scale": edge_scale}
    method = replace(SHORT, averaging=0.0, tv_weight=0.3, iterations=2, **more)
    operator, data = measurement.operator, measurement.data
    for step in steps(method, measurement):
        residual = operator.project(step.image) - data
        data_term, penalty = method.objective(operator, data, step.image, residual)
        if sharpening:
            from core.methods.support.data_fidelity import ray_response

            _, response = ray_response(operator)
            spectrum = np.fft.rfft(residual, axis=1) * np.sqrt(response.max() / response)
            data_term = 0.5 * np.sum(np.fft.irfft(spectrum, n=data.shape[1], axis=1) ** 2)
        # The corner of the smoothed total variation costs at most 1e-4 of the mean a pixel.
        expected = (data_term + penalty) / operator.norm_squared
        assert step.values["loss"] == pytest.approx(expected, rel=2e-3)


def test_no_total_variation_is_the_plain_prior(measurement):
    plain = last(replace(SHORT, tv_weight=0.0), measurement)
    np.testing.assert_allclose(last(replace(SHORT, tv_weight=1e-7), measurement), plain, atol=1e-4)
    assert np.abs(last(replace(SHORT, tv_weight=3.0), measurement) - plain).max() > 1e-2


def test_total_variation_is_that_of_the_prior():
    image = np.random.default_rng(0).random((20, 20), np.float32)
    found = total_variation(torch.from_numpy(image), 1e-6).item()
    assert found == pytest.approx(value_of("tv", 20, 1.0)(image.ravel()), rel=1e-4)


def test_beyond_the_edge_scale_a_difference_counts_by_its_logarithm():
    step = torch.zeros(8, 8)
    step[:, 4:] = 5
    assert total_variation(step, 0.0).item() == pytest.approx(8 * 5)
    assert total_variation(step, 0.0, 0.1).item() == pytest.approx(8 * 0.1 * np.log(51), rel=1e-5)
    assert total_variation(1e-4 * step, 0.0, 0.1).item() == pytest.approx(8 * 5e-4, rel=3e-3)


def test_with_an_edge_scale_edges_keep_their_height(measurement):
    """Of a disc only the outline costs anything: lowering it pays with total variation alone."""
    method = DeepImagePrior(iterations=1, tv_weight=1.0)
    operator, data = measurement.operator, measurement.data
    rows, columns = np.mgrid[:64, :64] - 31.5
    disc = (np.hypot(rows, columns) < 20).astype(np.float32)

    def saved(edge_scale):
        """The part of the penalty that a disc lower by a tenth would save."""
        value = replace(method, edge_scale=edge_scale).regulariser_value
        return 1 - value(operator, data, 0.9 * disc) / value(operator, data, disc)

    assert saved(0.0) == pytest.approx(0.1, rel=1e-4)
    assert saved(0.1) < 0.05


def test_the_picture_to_begin_with_is_a_rough_one(measurement):
    rough = rough_picture(measurement.operator, measurement.data)
    assert rough.std() == pytest.approx(0.1)
    assert np.corrcoef(rough.ravel(), measurement.truth.ravel())[0, 1] > 0.7
    assert not rough_picture(measurement.operator, np.zeros_like(measurement.data)).any()
    shown = steps(replace(SHORT, input="picture"), measurement)
    assert np.abs(shown[0].image - steps(SHORT, measurement)[0].image).max() > 1e-2


def test_averaging_shows_the_running_mean_of_what_is_drawn(measurement):
    drawn = [step.image for step in steps(replace(SHORT, averaging=0.0), measurement)]
    shown = steps(replace(SHORT, averaging=0.8), measurement)
    shares = 0.8 ** np.arange(len(drawn))[::-1]
    expected = np.average(drawn, axis=0, weights=shares)
    np.testing.assert_allclose(shown[-1].image, expected, atol=1e-5)


def test_steps_too_long_end_as_diverged_with_their_history(measurement, monkeypatch):
    def broken(*arguments):
        network, z = untrained(*arguments)
        network.leave.register_forward_hook(lambda *_: _[2] * (np.nan if next(calls) > 2 else 1))
        return network, z

    calls = iter(range(100))
    monkeypatch.setattr("core.networks.architectures.deep_image_prior.untrained", broken)
    result = reconstruct(SHORT, measurement)
    assert result.stop == "diverged"
    assert len(result.history) == 3
    assert np.isfinite(result.image).all()


@pytest.mark.parametrize("size", [5, 12, 33, 64])
@pytest.mark.parametrize("architecture", ["skips", "hourglass"])
def test_any_size_passes_and_every_weight_has_a_gradient(size, architecture):
    network, z = untrained(size, 4, architecture, 0)
    picture = network(z)
    assert picture.shape == (1, 1, size, size)
    (picture * torch.rand(picture.shape)).sum().backward()
    assert all(weights.grad.abs().max() > 0 for weights in network.parameters())


def test_five_scales_and_their_skips():
    published = EncoderDecoder(64, 16, skips=True)
    assert len(published.down) == len(published.up) == len(published.across) == 5
    assert not EncoderDecoder(64, 16, skips=False).across


@pytest.mark.parametrize(
    "method",
    [
        replace(SHORT, input="picture", iterations=1),
        replace(SHORT, optimiser="muon", iterations=1, learning_rate=0.003, sharpening=0.0),
        replace(SHORT, architecture="hourglass", input_noise=0.03, sharpening=0.0, edge_scale=0.3),
    ],
    ids=lambda method: f"{method.optimiser} {method.architecture}",
)
def test_the_recipe_on_the_labs_own_projector(method, measurement, tmp_path, monkeypatch):
    """Both optimisers step as far along tiny slopes as along large ones: they magnify round-off.

    On sharpened data by about five in each step, so one step must do there.
    """
    monkeypatch.setattr(pylops.medical, "CT2D", lambda *_, **__: measurement.operator)
    exported = recipe(SCAN, method)
    lay_out(exported, tmp_path)
    monkeypatch.chdir(tmp_path)
    left = runpy.run_path(exported.name)
    image = last(method, measurement)
    difference = np.linalg.norm(left["reconstruction"] - image) / np.linalg.norm(image)
    assert difference < 5e-4
