"""Every step of the forward page, for scans that differ in kind."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.geometry.beams import BEAMS
from core.geometry.views import VIEWS
from core.problem.noise import NOISES
from core.projection import projector
from tests.helpers.forward_steps import STEPS
from tests.helpers.said import without_numbers

FAMILIES = (BEAMS, VIEWS, NOISES)
APP = Path(__file__).parents[2] / "streamlit_app.py"
SCANS = {
    "lecture": {},
    "fan, photons": {
        "beam": "fan",
        "angles": "20",
        "arc": "360",
        "detectors": "90",
        "width": "4",
        "source_distance": "80",
        "noise": "poisson",
        "photons": "500",
        "size": "64",
    },
    "photons, electronics": {"size": "64", "noise": "electronic", "noise_electrons": "15"},
    "curved fan": {
        "beam": "curved_fan",
        "angles": "20",
        "arc": "360",
        "detectors": "90",
        "detector_width": "4",
        "source_origin": "80",
        "size": "64",
    },
    "golden angle": {"size": "64", "spacing": "golden", "angles": "13", "arc": "360"},
    "a list of angles": {"size": "64", "spacing": "listed", "angle_list": "-76,10.5,10.5,0,90"},
    "one angle": {"size": "64", "beam": "fan", "spacing": "listed", "angle_list": "30"},
    **{
        f"{family.name} {member.name}": {"size": "64", family.name: member.name}
        for family in FAMILIES
        for member in family.members
    },
    "empty drawing": {"size": "64", "image": "drawing", "image_shapes": "disc 0 0 0 0.1"},
    "noise of nothing": {"size": "64", "noise": "gaussian", "noise_level": "0"},
    "one view, one detector": {"angles": "1", "detectors": "1", "size": "64", "noise": "gaussian"},
}


@pytest.mark.parametrize("query", SCANS.values(), ids=SCANS)
def test_every_step_shows_every_scan(query):
    app = AppTest.from_file(APP, default_timeout=120)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    app.switch_page("pages/forward.py").run()
    for step in STEPS:
        app.session_state["step of Forward model"] = step
        app.run()
        assert not app.exception, step
        assert not app.error, step
        assert not without_numbers(app), step
        assert "Things to try" in "".join(text.value for text in app.markdown)


def test_a_projector_that_is_slow_says_so(monkeypatch):
    monkeypatch.setattr(projector, "WEIGHTS_LIMIT", 1000)
    monkeypatch.setattr(projector, "MEMORY", projector.SizedLRU(1e6, lambda one: one.nbytes))
    app = AppTest.from_file(APP, default_timeout=120)
    for name, text in {"size": "64", "angles": "7", "detectors": "33"}.items():
        app.query_params[name] = text
    app.run()
    app.switch_page("pages/forward.py").run()
    (notice,) = [info.value for info in app.info]
    assert notice.startswith("ASTRA on the processor. The weights would take 0.0 GB.")
    assert "takes many times as long" in notice


def test_a_scan_without_noise_offers_some():
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["step"] = "noise"
    app.query_params["size"] = "64"
    app.run()
    app.switch_page("pages/forward.py").run()
    app.session_state["step of Forward model"] = "noise"
    app.run()
    app.button(key="add gaussian").click().run()
    assert not app.exception
    assert app.session_state["link state"].query["noise"] == "gaussian"
    assert "deviation" in " ".join(caption.value for caption in app.caption)


def test_the_split_leaves_nothing_in_the_data():
    app = AppTest.from_file(APP, default_timeout=60)
    app.run()
    app.switch_page("pages/forward.py").run()
    app.session_state["step of Forward model"] = "unseen"
    app.run()
    text = next(m.value for m in app.markdown if "Rank" in m.value)
    assert "Rank 383 of 1024" in text
    assert "10^{-1" in text  # ‖Gm₀‖/‖Gm‖ at the level of double precision


def test_in_an_image_of_another_size_the_pixel_is_not_at_the_border():
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["size"] = "320"
    app.run()
    app.session_state["step of Forward model"] = "pixel"
    app.switch_page("pages/forward.py").run()
    assert app.slider(key="pixel.column of 320").value == 160
    app.session_state["size"] = 64
    app.run()
    assert not app.exception
    values = [app.slider(key=f"pixel.{name} of 64").value for name in ("row", "column")]
    assert values == [16, 32]


@pytest.mark.parametrize(
    ("wrong", "left_out"),
    [
        ({"dead_views": "20"}, True),
        ({"truncation_share": "0.4"}, True),
        ({"gain_error": "0.1"}, False),
    ],
)
def test_the_noise_of_an_imperfect_scan_is_divided_by_its_own_deviation(wrong, left_out):
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in ({"size": "64", "noise": "gaussian"} | wrong).items():
        app.query_params[name] = text
    app.run()
    app.switch_page("pages/forward.py").run()
    app.session_state["step of Forward model"] = "noise"
    app.run()
    assert not app.exception
    (text,) = [one.value for one in app.caption if "standard deviation" in one.value]
    assert float(re.search(r"standard deviation ([\d.]+)", text)[1]) == pytest.approx(1, abs=0.03)
    assert any("Left out" in one.value for one in app.caption) == left_out
