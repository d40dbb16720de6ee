"""The sidebar's group of imperfections: details come with their switch, and the scan says it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.ui.controls.folded import open_key

APP = Path(__file__).parents[2] / "streamlit_app.py"


def opened(**query):
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in {"size": "64", **query}.items():
        app.query_params[name] = text
    app.session_state[open_key("Imperfect scanner")] = True
    app.run()
    return app.switch_page("pages/forward.py").run()


def number_keys(app):
    return {field.key for field in app.number_input}


def test_a_perfect_scanner_shows_no_details():
    app = opened()
    assert not app.exception
    assert {"axis_shift", "motion_shift", "dead_views"} <= number_keys(app)
    assert not {"gain_seed", "dead_seed"} & number_keys(app)
    assert not [c.value for c in app.sidebar.caption if "not $Gm + n$" in c.value]


def test_a_link_brings_imperfections_and_the_finer_grid():
    app = opened(gain_error="0.05", gain_seed="7", finer_grid="true")
    assert not app.exception
    assert app.number_input(key="gain_seed").value == 7
    (said,) = [c.value for c in app.sidebar.caption if "not $Gm + n$" in c.value]
    assert said == (
        "The data are simulated on a finer grid, with wrong detector gains: they are not $Gm + n$."
    )
    several = opened(gain_error="0.05", dead_views="2", truncation_share="0.1")
    (said,) = [c.value for c in several.sidebar.caption if "not $Gm + n$" in c.value]
    assert "simulated with wrong detector gains, truncated detector, dead views:" in said
    query = app.session_state["link state"].query
    assert {name: query[name] for name in ("gain_error", "gain_seed", "finer_grid")} == {
        "gain_error": "0.05",
        "gain_seed": "7",
        "finer_grid": "true",
    }


def test_a_step_puts_its_imperfection_into_the_scan():
    app = opened()
    app.session_state["step of Forward model"] = "imperfect"
    app.session_state["wrong"] = "dead"
    app.run()
    app.button(key="put imperfection").click().run()
    assert not app.exception
    assert app.session_state["link state"].query["dead_views"] == "2"
