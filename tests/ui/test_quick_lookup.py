"""Widgets look up one value of a session, and find what Streamlit's own table has."""

from pathlib import Path

import pytest
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from core.ui.quick_lookup import quick_lookup

APP = Path(__file__).parents[2] / "streamlit_app.py"


def script():
    import streamlit as st

    st.session_state.setdefault("count", 3)
    st.session_state.setdefault("nothing", None)
    st.number_input("Count", 0, 10, key="count")
    st.number_input("Nothing", 0.0, 1.0, key="nothing")
    st.selectbox("Letter", ["a", "b"], key="letter")
    st.slider("Share", 0.0, 1.0, key="share")
    st.text_area("Words", key="words")
    st.session_state["other"] = [1, 2]


def seen():
    app = AppTest.from_function(script).run()
    app.number_input(key="count").set_value(7)
    app.selectbox(key="letter").set_value("b")
    app.run()
    assert not app.exception
    table = app.session_state._state.filtered_state
    absent = "absent" in table
    return dict(table), len(table), absent, table.get("letter"), table.get("absent", 5)


def test_the_table_holds_what_streamlits_own_does():
    gathered = seen()
    with quick_lookup():
        assert seen() == gathered
    assert gathered[0] == {
        "count": 7,
        "nothing": None,
        "letter": "b",
        "share": 0.0,
        "words": "",
        "other": [1, 2],
    }
    assert seen() == gathered


def test_widgets_gather_nothing(monkeypatch):
    gathered = []
    original = vars(SafeSessionState)["filtered_state"]
    monkeypatch.setattr(
        "core.ui.quick_lookup._gather",
        property(lambda state: gathered.append(1) or original.fget(state)),
    )
    with quick_lookup():
        AppTest.from_function(script).run()
    assert gathered == []


def test_another_streamlit_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr("core.ui.quick_lookup._gather", None)
    before = vars(SafeSessionState)["filtered_state"]
    with quick_lookup():
        assert vars(SafeSessionState)["filtered_state"] is before


@pytest.mark.parametrize("page", ["forward", "classical_inversion"])
def test_a_page_shows_the_same(page):
    def drawn():
        app = AppTest.from_file(APP, default_timeout=120)
        app.query_params["size"] = "64"
        app.run().switch_page(f"pages/{page}.py").run()
        kinds = ("number_input", "select_slider", "slider", "toggle", "selectbox")
        assert not app.exception
        return {w.key: w.value for kind in kinds for w in app.get(kind)}

    gathered = drawn()
    with quick_lookup():
        assert drawn() == gathered
