"""The settings of a page as a file: what is saved is on screen, what is loaded comes back."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.workbench import settings_box

APP = Path(__file__).parents[2] / "streamlit_app.py"
SMALL = {"size": "64", "angles": "8", "detectors": "32", "detector_width": "2"}
BOX = {"tab": "recipe", "live": "0", "b": "none"}


@pytest.fixture
def saved(monkeypatch):
    """What the buttons would save, by their labels."""
    contents = {}
    monkeypatch.setattr(
        settings_box, "download", lambda label, content, *_, **__: contents.update({label: content})
    )
    return contents


def opened(page, **query):
    app = AppTest.from_file(APP, default_timeout=120)
    app.run()
    app.session_state["link state"].follow(SMALL | BOX | query, SMALL | BOX | query)
    app.switch_page(page).run()
    assert not app.exception
    return app


def load(app, page, **query):
    content = {"inverse problems": 1, "page": page, "settings": SMALL | BOX | query}
    app.file_uploader(key="settings file").upload("mine.json", json.dumps(content).encode()).run()
    assert not app.exception


CLASSICAL = "pages/classical_inversion.py"


def test_a_control_that_is_not_drawn_gets_its_default_too():
    app = opened(CLASSICAL, a="lsqr", **{"a.lsqr.iterations": "100"})
    query = app.session_state["link state"].query
    assert query["a.lsqr.iterations"] == "100"
    app.session_state["link state"].follow({"a": "fbp"}, ["a"])
    app.run()
    assert app.session_state["link state"].query["a"] == "fbp"
    load(app, "Classical inversion", a="lsqr")
    query = app.session_state["link state"].query
    assert query["a"] == "lsqr"
    assert "a.lsqr.iterations" not in query


def test_the_controls_of_another_page_get_their_defaults():
    app = opened(
        "pages/proximal_methods.py", step="workbench", a="fista", **{"a.fista.iterations": "77"}
    )
    assert app.session_state["link state"].query["a.fista.iterations"] == "77"
    app.session_state["link state"].follow(BOX, BOX)
    app.switch_page(CLASSICAL).run()
    load(app, "Proximal methods", step="workbench", a="fista")
    assert app.session_state["link state"].page == "Proximal methods"
    assert "a.fista.iterations" not in app.session_state["link state"].query


def test_the_file_has_what_has_changed_since_the_button_was_drawn(saved):
    app = opened(CLASSICAL, a="fbp")
    content = saved["Download the settings"]
    link = app.session_state["link state"]
    link.record("profile.row", 7, "7")  # a part of the page that runs alone
    written = json.loads(content())
    assert written["page"] == "Classical inversion"
    assert written["settings"]["profile.row"] == "7"
