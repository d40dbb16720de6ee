"""Folded groups of the sidebar: what is closed is not drawn, and keeps its values and its link."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.controls.folded import open_key

APP = Path(__file__).parents[2] / "streamlit_app.py"
GROUPS = {"Imperfect scanner": "axis_shift", "More settings": "start"}


def opened(*groups, **query):
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in {"size": "64", **query}.items():
        app.query_params[name] = text
    for group in groups:
        app.session_state[open_key(group)] = True
    app.run()
    return app.switch_page("pages/forward.py").run()


def keys(app):
    kinds = ("number_input", "select_slider", "slider", "toggle", "button_group", "selectbox")
    return {widget.key for kind in kinds for widget in app.sidebar.get(kind)}


def link(app):
    return app.session_state["link state"].query


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_draws_its_controls_when_it_is_open(group):
    closed, unfolded = opened(), opened(group)
    assert GROUPS[group] not in keys(closed)
    assert GROUPS[group] in keys(unfolded)
    assert not closed.exception
    assert not unfolded.exception


def test_a_link_sets_what_is_not_drawn():
    app = opened(start="30", axis_shift="2")
    assert {"start": "30", "axis_shift": "2"}.items() <= link(app).items()
    assert [caption for caption in app.sidebar.caption if "not $Gm + n$" in caption.value]


def test_values_stay_when_a_group_is_opened_changed_and_closed():
    app = opened("More settings", start="30")
    assert app.number_input(key="start").value == 30
    app.number_input(key="start").set_value(45).run()
    app.session_state[open_key("More settings")] = False
    app.run()
    assert "start" not in keys(app)
    assert link(app)["start"] == "45"
    app.session_state[open_key("More settings")] = True
    app.run()
    assert app.number_input(key="start").value == 45


def test_a_value_of_a_closed_group_that_is_not_allowed_is_said():
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["start"] = "warm"
    app.run()
    assert [info.value for info in app.info if info.value.startswith("Start")]


def test_measured_data_fold_their_preparation():
    app = opened(data="measured")
    assert not app.exception
    closed = keys(app)
    app.session_state[open_key("Preparation")] = True
    app.run()
    assert not app.exception
    assert len(keys(app) - closed) > 4
    assert [heading for heading in app.sidebar.markdown if heading.value.startswith("**")]
