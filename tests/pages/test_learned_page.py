"""The learned page for a scan of another kind, and without any weights."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.networks import weights
from core.networks.weights import card_of
from core.studies.out_of_distribution import out_of_distribution
from core.ui.learned.idea import TOPICS
from core.ui.learned.train_targets import TARGETS
from core.ui.learned.unrolled import published_scan
from tests.helpers.said import without_numbers

APP = Path(__file__).parents[2] / "streamlit_app.py"
FAN = {
    "beam": "fan",
    "angles": "20",
    "arc": "360",
    "detectors": "90",
    "width": "4",
    "source_distance": "80",
    "noise": "poisson",
    "photons": "500",
    "size": "64",
    "image": "shepp_logan",
}


@pytest.fixture
def app():
    """Open the page on a small fan-beam scan with photon noise."""
    app = AppTest.from_file(APP, default_timeout=120)
    for name, text in FAN.items():
        app.query_params[name] = text
    app.run()
    return app.switch_page("pages/learned_methods.py").run()


def at(app, **state):
    """Run the page with controls set to these values."""
    for name, value in state.items():
        choice = name in ("step", "topic", "experiment", "tab")  # each page keeps its own
        app.session_state[f"{name} of Learned methods" if choice else name] = value
    app.run()
    assert not app.exception, state
    return app


def words(app):
    return "\n".join(text.value for text in app.markdown)


def errors_in_time(app, count):
    """The errors on the page, once there are `count` of them or patience ends."""
    end = time.monotonic() + 120
    while len(app.error) < count and time.monotonic() < end:
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return [error.value for error in app.error]


def test_every_topic_shows_a_fan_beam_with_noise(app):
    for topic in TOPICS:
        at(app, topic=topic)
        assert not app.error, topic
        assert "Things to try" in words(app), topic


def test_an_empty_drawing_is_said_to_be_empty(app):
    app.session_state["image"] = "drawing"
    app.session_state["image_shapes"] = "disc 0 0 0 0.1"
    for topic in ("after_fbp", "plugged"):
        at(app, topic=topic)
        assert not app.error, topic
        assert not without_numbers(app), topic
    at(app, step="plug")
    assert not without_numbers(app)


@pytest.mark.parametrize(
    ("form", "method", "image"),
    [("fbp", "learned_primal", "shepp_logan"), ("plain", "learned_primal_plain", "ellipses")],
)
def test_a_button_of_the_idea_opens_the_network_in_the_zoo(app, form, method, image):
    at(app, topic="unrolled", unrolled="learned_primal", form=form)
    button = next(b for b in app.button if b.label.startswith("Walk through the stages"))
    button.click().run()
    assert not app.exception
    assert app.session_state["step of Learned methods"] == "zoo"
    assert app.session_state["method A of fbp"] == method
    assert app.session_state["method B of fbp"] == "none"
    assert app.session_state["image"] == image


def test_the_objective_of_the_ridges_is_drawn_on_the_scan_of_the_page(app):
    at(app, topic="ridge")
    assert "1\u202f888 weights" in words(app)
    (button,) = (one for one in app.button if one.label == "Draw J over the iterations")
    if not button.disabled:  # the store remembers it from an earlier run
        button.click().run()
    end = time.monotonic() + 120
    while (found := words(app).count(" of 40")) < 2 and time.monotonic() < end:
        time.sleep(0.1)
        app.run()
    assert found == 2
    assert "**Convex ridges, MFISTA** 0 of 40" in words(app)


def test_a_network_for_ellipses_opens_under_the_scan_of_its_training():
    for form in ("plain", "adler_oektem"):
        assert not out_of_distribution(published_scan(), card_of(f"learned_gradient_{form}"))


def test_the_stored_run_needs_no_scan_and_no_waiting(app):
    at(app, step="prior")
    assert not app.error
    assert "The picture was nearest to the truth at **step" in words(app)


def test_a_scan_unlike_the_training_brings_a_notice_with_its_range(app):
    at(app, step="zoo", **{"method A of fbp": "unet", "method B of fbp": "fbp"})
    (notice,) = [warning.value for warning in app.warning if "training range" in warning.value]
    assert "**A · FBP and U-Net**: a fan beam, trained on a parallel one" in notice
    assert "a phantom, trained on heads" in notice
    assert "B ·" not in notice


def test_without_weights_there_is_a_sentence_and_the_page_works(app, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    (tmp_path / "unet.safetensors").write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00 cut short")
    methods = {"method A of fbp": "learned_primal", "method B of fbp": "unet"}
    # A size of its own: what other tests have asked would be remembered.
    app.select_slider(key="size").set_value(96)
    at(app, step="zoo", **methods, **{"method C of fbp": "fbp"})
    sentences = errors_in_time(app, 2)
    assert any("learned_primal.safetensors is missing" in sentence for sentence in sentences)
    assert any("unet.safetensors is damaged or cut short" in sentence for sentence in sentences)
    assert "C · Filtered back-projection" in words(app)  # in the table of scores

    at(app, step="plug")
    assert any("denoiser.safetensors is missing" in e for e in errors_in_time(app, 2))


def test_the_worst_noise_says_for_what_its_search_is_not_written(app):
    """FBP of a fan is linear, but not written in PyTorch; the prior is a training of its own."""
    at(app, step="breaks", experiment="worst", who="fbp,unet,deep_image_prior,plug_and_play")
    captions = "\n".join(one.value for one in app.caption)
    left = "Filtered back-projection, Deep image prior"
    assert f"The search is not written for {left} on this scan." in captions
    assert "gradient can" not in captions
    assert any(button.label == "Search for the worst noise" for button in app.button)
    assert not app.error
    assert "On more slices" in words(app)
    at(app, who="deep_image_prior")
    assert [error.value[:26] for error in app.error] == ["Choose at least one of FBP"]


def test_the_lesion_test_shows_what_became_of_all_shapes_at_many_places(app):
    at(app, step="breaks", experiment="lesion")
    text = words(app)
    assert "At many places" in text
    assert "| method | disc | ring | bar | cross | letter | vessel | texture |" in text


def test_the_scores_are_shown_by_person_and_for_another_modality(app):
    at(app, step="zoo", tab="scores", **{"scores.of": "heads", "scores.subject": "all"})
    assert "What the gain is worth" in words(app)
    assert "| 22 common images / dB |" in words(app)
    at(app, **{"scores.of": "modality"})
    assert "| Tuned TV |" in words(app)
    assert "Textures / dB" in words(app)


def test_the_weight_of_the_learned_regulariser_may_be_chosen_in_the_zoo(app):
    methods = {"method A of fbp": "learned_primal", "method B of fbp": "convex_ridge"}
    at(app, step="zoo", tab="choosing_the_parameter", **methods)
    (button,) = (one for one in app.button if one.label.startswith("Sweep over"))
    assert button.label == "Sweep over sigma"


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_of_the_training_has_its_words_and_its_loss(app, target):
    at(app, step="train_now", **{"train.target": target, "train.noise": 0.03, "train.views": 32})
    assert TARGETS[target].words in words(app)
    assert f"**Fails** {TARGETS[target].fails}" in words(app)
    assert any(TARGETS[target].loss in latex.value for latex in app.latex)
