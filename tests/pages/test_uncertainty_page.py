"""The page on uncertainty: every step, for simulated, noise-free and measured data."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "streamlit_app.py"
SMALL = {
    "size": "64",
    "angles": "10",
    "detectors": "32",
    "detector_width": "2",
    "noise": "gaussian",
}
FEW = {"uncertainty samples": 4, "uncertainty diffpir.steps": 3}


@pytest.fixture
def open_at():
    """Open the page at a step, with other values of the link."""

    def opened(step, samples=4, calibrate=4, networks=(), **given):
        app = AppTest.from_file(APP, default_timeout=120)
        for name, text in {**SMALL, **given}.items():
            app.query_params[name] = text
        app.run()
        few = {**FEW, "uncertainty samples": samples, "step of Uncertainty": step}
        few["calibrate.slices"] = calibrate
        few |= {f"networks.{name}": value for name, value in dict(networks).items()}
        for name, value in few.items():
            app.session_state[name] = value
        app.switch_page("pages/uncertainty.py").run()
        assert not app.exception
        return app

    return opened


def words(app):
    return "\n".join(text.value for text in app.markdown)


def press(app, label, until):
    """Press a button, and run the page until some words stand on it."""
    button = next(button for button in app.button if button.label == label)
    if not button.disabled:  # the answer may be in the store
        button.click().run()
    end = time.monotonic() + 120
    while until not in words(app) and time.monotonic() < end:
        time.sleep(0.2)
        app.run()
    assert not app.exception
    assert until in words(app)
    return app


def test_samples_are_drawn_and_shown(open_at):
    app = open_at("plausible")
    assert not app.error
    press(app, "Draw samples", "**4 samples**")
    assert "it is there to be *possible*" in words(app)
    assert not app.warning


def test_a_phantom_brings_the_notice_of_the_denoiser(open_at):
    app = open_at("plausible", image="shepp_logan")
    (notice,) = [warning.value for warning in app.warning]
    assert "**DiffPIR**: a phantom, trained on heads" in notice


def test_data_without_noise_and_with_other_noise_are_spoken_of(open_at):
    assert "no noise" in open_at("plausible", noise="none").info[0].value
    assert "white noise of the same" in open_at("plausible", noise="poisson").info[0].value


def test_measured_data_have_samples_and_no_coverage(open_at):
    app = open_at("plausible", data="measured")
    assert not app.error
    (notice,) = [warning.value for warning in app.warning]
    assert notice.endswith("**DiffPIR**: measured data, trained on images of heads.")
    press(app, "Draw samples", "There is no truth to compare with")


def test_samples_that_do_not_fit_are_refused_with_the_number_that_does(open_at):
    app = open_at("plausible", size="512", samples=64)
    assert any("38 samples fit" in error.value for error in app.error)


def test_the_samples_are_tested_and_calibrated(open_at):
    app = open_at("honest", calibrate=2)
    press(app, "Draw samples", "Spread over skill")
    press(app, "Calibrate on the other slices", "Coverage, × α")
    assert "| all together |" in words(app)
    assert words(app).count("Colin27, T1-weighted, slice") == 2


def test_measured_data_have_no_truth_to_test_with(open_at):
    app = open_at("honest", data="measured")
    assert any("which measured data do not have" in info.value for info in app.info)


def test_the_lesion_question_is_answered_in_a_sentence(open_at):
    app = open_at("lesion")
    press(app, "Ask the samples", "Share, Learned primal-dual")
    (answer,) = [info.value for info in app.info if "images that fit these data" in info.value]
    assert "of 4 images that fit these data a spot of 0.6 px radius" in answer
    assert "likelihood ratio" in answer


def test_networks_are_trained_and_tested(open_at):
    app = open_at("networks", networks={"members": 2, "steps": 10, "passes": 3})
    press(app, "Train the networks", "| Dropout at test time |")
    assert "**Ensemble**, 2 images" in words(app)
    assert "**Dropout at test time**, 3 images" in words(app)
