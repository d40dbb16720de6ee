"""Every step of the autograd bridge for a scan of another kind, and the slow controls."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

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
}
LISTED = FAN | {
    "beam": "curved_fan",
    "spacing": "listed",
    "angle_list": "-76,10.5,10.5,0,90,200",
    "noise": "electronic",
}
EMPTY = {"size": "64", "image": "drawing", "image_shapes": "disc 0 0 0 0.1"}


def opened(query):
    """The page on the scan of a query."""
    app = AppTest.from_file(APP, default_timeout=120)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    return app.switch_page("pages/autograd_bridge.py").run()


@pytest.fixture
def app():
    """Open the page on a small fan-beam scan with photon noise."""
    return opened(FAN)


SCANS = {"fan": FAN, "curved fan, listed views": LISTED, "empty drawing": EMPTY}


@pytest.mark.parametrize("query", SCANS.values(), ids=SCANS)
def test_every_step_shows_every_scan(query):
    app = opened(query)
    for step in ("chain", "demo", "jacobian", "checks", "broken", "by_hand", "use"):
        app.session_state["step of Autograd bridge"] = step
        app.run()
        assert not app.exception, step
        assert not app.error, step
        assert not without_numbers(app), step
        assert "Things to try" in "".join(text.value for text in app.markdown), step
    app.session_state["step of Autograd bridge"] = "checks"
    app.session_state["check.tab of Autograd bridge"] = "differences"
    app.run()
    assert not app.exception
    assert len(app.metric) == 4
    assert not without_numbers(app)


def test_the_derivative_is_measured_both_ways(app):
    app.session_state["chain.operator"] = "derivative"
    app.session_state["chain.measure"] = True
    app.run()
    assert not app.exception
    assert any("320 × 320" in text.value for text in app.markdown)
    assert any("given | " in text.value for text in app.markdown)
