"""Every step of the autograd bridge for a scan of another kind, and the slow controls."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

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


@pytest.mark.parametrize("query", [FAN, LISTED], ids=["fan", "curved fan, listed views"])
def test_every_step_shows_a_fan_beam_with_noise(query):
    app = opened(query)
    for step in ("chain", "demo", "jacobian", "checks", "broken", "by_hand", "use"):
        app.session_state["step of Autograd bridge"] = step
        app.run()
        assert not app.exception, step
        assert not app.error, step
        assert "Things to try" in "".join(text.value for text in app.markdown), step


def test_the_derivative_is_measured_both_ways(app):
    app.session_state["chain.operator"] = "derivative"
    app.session_state["chain.measure"] = True
    app.run()
    assert not app.exception
    assert any("320 × 320" in text.value for text in app.markdown)
    assert any("given | " in text.value for text in app.markdown)
