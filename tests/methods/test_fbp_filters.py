"""The filters of FBP: their frequency response, their windows, and what they pass."""

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.methods.support.astra_fbp import FILTERS, filter_rows, frequency_response
from core.methods.support.reconstruction import reconstruct
from core.methods.volumes.fdk import FDK
from core.problem.measurement import Measurement
from core.projection.projector import make_projector
from tests.helpers.astra_run import astra_run
from tests.helpers.back_projected import PARALLEL, SIZE, inside, solve, truth


def test_it_is_astras_own_fbp_at_the_lectures_arc():
    beam = ParallelBeam(views=EvenViews(angles=41), detectors=60)
    operator = make_projector(SIZE, beam)
    data = operator.project(truth())
    expected = astra_run("FBP", SIZE, beam, data)
    measured = Measurement(operator=operator, data=data)
    np.testing.assert_allclose(reconstruct(FBP(), measured).image, expected, atol=1e-6)


@pytest.mark.parametrize("filter", FILTERS)
def test_astra_knows_every_filter(filter):
    result = solve(ParallelBeam(views=EvenViews(angles=30), **PARALLEL), filter=filter)
    assert result.stop == "finished"
    assert np.abs(result.image).max() > 0
    keeps_the_brightness = inside(result.image) == pytest.approx(1, abs=0.05)
    assert keeps_the_brightness == ("bright" not in result.message)


def test_an_unknown_filter_is_refused():
    with pytest.raises(InputError, match="Filter must be one of ram-lak, shepp-logan"):
        FBP(filter="ramp")


HALF_WINDOWS = {
    # Windows on [0, 1] (1 = the highest frequency), from their textbook formulas.
    "ram-lak": np.ones_like,
    "shepp-logan": lambda f: np.sinc(f / 2),
    "cosine": lambda f: np.cos(np.pi / 2 * f),
    "hamming": lambda f: 0.54 + 0.46 * np.cos(np.pi * f),
    "hann": lambda f: 0.5 + 0.5 * np.cos(np.pi * f),
}


@pytest.mark.parametrize("filter", HALF_WINDOWS)
@pytest.mark.parametrize("detectors", [100, 128])
def test_the_frequency_response_is_the_ramp_times_the_window(filter, detectors):
    frequencies, response = frequency_response(filter, 1.0, detectors)
    assert frequencies[[0, -1]].tolist() == [0, 0.5]
    assert len(frequencies) == 129
    window = HALF_WINDOWS[filter](2 * frequencies)
    # The ramp's samples are those of a band-limited kernel: 2|ν|, but for a tiny offset at 0.
    np.testing.assert_allclose(response, 2 * frequencies * window, atol=4e-3)


@pytest.mark.parametrize("cutoff", [0.3, 0.7])
def test_beyond_the_cutoff_nothing_passes(cutoff):
    frequencies, response = frequency_response("ram-lak", cutoff, 128)
    np.testing.assert_allclose(response[frequencies > cutoff / 2 + 0.01], 0, atol=1e-5)
    passed = frequencies < cutoff / 2 - 0.01
    np.testing.assert_allclose(response[passed], 2 * frequencies[passed], atol=4e-3)


def test_filtering_is_a_multiplication_by_that_response():
    rows = np.random.default_rng(0).standard_normal((3, 128)).astype(np.float32)
    _, response = frequency_response("hann", 0.8, 128)
    spectrum = np.fft.rfft(np.pad(rows, [(0, 0), (0, 128)])) * response
    expected = np.fft.irfft(spectrum)[:, :128]
    filtered = filter_rows(rows, filter="hann", cutoff=0.8)
    np.testing.assert_allclose(filtered, expected, atol=2e-3 * np.abs(expected).max())


def test_a_lower_cutoff_passes_less_noise():
    operator = make_projector(SIZE, ParallelBeam(views=EvenViews(angles=60), **PARALLEL))
    noise = np.random.default_rng(0).standard_normal(operator.dimsd).astype(np.float32)
    levels = [
        reconstruct(FBP(cutoff=cutoff), Measurement(operator=operator, data=noise)).image.std()
        for cutoff in (1.0, 0.5, 0.25)
    ]
    # White noise through a ramp: the variance goes with the cube of the cutoff, so the
    # level by 2.8 a step, and by less in so far as back-projection itself smooths.
    assert 2.0 < levels[0] / levels[1] < 2.9
    assert 2.0 < levels[1] / levels[2] < 2.9


@pytest.mark.parametrize("method", [FBP, FDK])
def test_the_caution_says_what_a_window_takes_away(method):
    assert method().caution() == ""
    assert "stops the lowest frequencies" in method(filter="blackman").caution()
    assert "Without the ramp" in method(filter="none").caution()
