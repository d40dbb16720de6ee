"""Players, tabs and sentences of the link, in Streamlit's own test runner."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def app():
    import streamlit as st

    from core.ui.controls import drawn_controls, permalink
    from core.ui.controls.linked_player import linked_player
    from core.ui.lesson import linked_tabs, steps

    state = st.session_state
    permalink.begin("A page")
    drawn_controls.begin("A page")
    steps({"first": "1 · First things", "second": "2 · Second things"})
    linked_tabs(["Why it works", "Recipe"])
    last = state.get("last", 5)
    frame = linked_player(
        [f"iteration {10 * k}" for k in range(last + 1)],
        [10 * k for k in range(last + 1)],
        name="iteration",
        key="a player",
        alt="iteration",
        start=last,
    )
    link = permalink.current()
    st.json({"frame": frame, "query": link.query, "title": link.title, "notes": link.finish()})


def shown(at=None, **query):
    at = AppTest.from_function(app, default_timeout=60) if at is None else at
    for name, text in query.items():
        at.query_params[name] = text
    at.run()
    assert not at.exception
    return json.loads(at.json[0].value)


@pytest.mark.parametrize(
    ("text", "frame", "query"),
    [("20", 2, {"iteration": "20"}), ("24", 2, {"iteration": "20"}), ("50", 5, {})],
)
def test_a_link_names_the_number_of_a_frame(text, frame, query):
    found = shown(iteration=text)
    assert (found["frame"], found["query"], found["notes"]) == (frame, query, [])


def test_a_frame_that_cannot_be_is_answered_with_a_sentence():
    found = shown(iteration="999")
    assert found["frame"] == 5
    assert found["notes"] == ["Iteration must be from 0 to 50, not 999; the link was read with 50."]


def test_who_has_chosen_no_frame_sees_the_last_one_when_more_have_come():
    at = AppTest.from_function(app, default_timeout=60)
    assert shown(at)["frame"] == 5
    at.session_state["last"] = 9
    assert shown(at)["frame"] == 9


def test_who_has_chosen_a_frame_keeps_it():
    at = AppTest.from_function(app, default_timeout=60)
    assert shown(at, iteration="30")["frame"] == 3
    at.session_state["last"] = 9
    found = shown(at)
    assert (found["frame"], found["query"]) == (3, {"iteration": "30"})


def test_the_open_step_and_tab_stand_in_link_and_title():
    found = shown(step="second", tab="recipe")
    assert found["query"] == {"step": "second", "tab": "recipe"}
    assert found["title"] == "A page · Second things"
    assert shown()["title"] == "A page · First things"


def test_a_step_that_is_not_there_is_answered_in_the_words_of_its_tab():
    (sentence,) = shown(step="third")["notes"]
    assert sentence == (
        "Step must be one of 1 · First things, 2 · Second things, not 'third'; the link was read "
        "with 1 · First things."
    )
