"""The rules of a page's link, without Streamlit."""

import ast
from collections import defaultdict
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from core.ui.controls.link_state import LONGEST_HISTORY, LinkState

UI = Path(__file__).parents[2] / "core" / "ui"
NAMES = st.text(min_size=1, max_size=12)
QUERIES = st.dictionaries(NAMES, st.text(min_size=1), max_size=8)


def opened(query, page="A page", names=(), state=None):
    """Run a whole page that has controls of these names, whose defaults are empty."""
    link = state or LinkState()
    link.begin(page, query)
    return link, draw(link, names)


def draw(link, names, kept=None):
    values = dict(kept or {})
    for name in names:
        if link.waiting(name):
            values[name] = link.take(name) or ""
        link.record(name, values.get(name, ""), values.get(name, ""))
    link.finish()
    return values


@given(QUERIES)
def test_a_link_comes_back_from_the_controls_that_it_set(query):
    link, values = opened(query, names=query)
    assert values == query
    assert dict(parse_qsl(link.published(), strict_parsing=bool(query))) == query


@given(QUERIES, st.data())
def test_parts_may_come_in_any_number_of_runs(query, data):
    """What is not drawn in one run is still there for the next, whichever part comes first."""
    link, values = opened(query)
    names = data.draw(st.permutations(list(query)))
    cut = data.draw(st.integers(0, len(names)))
    for part in (names[:cut], names[cut:]):
        link.begin("A page", {})
        values |= draw(link, part)
    assert values == query


@given(QUERIES, QUERIES)
def test_back_brings_every_link_of_the_session_back(before, after):
    """Also where one link leaves out what the other names: that stood at its default."""
    names = sorted({*before, *after})
    link, values = opened(before, names=names)
    address = dict(parse_qsl(link.published()))
    link.follow(after, names)
    link.begin("A page", address)
    values = draw(link, names, values)
    link.published()
    assert {name: text for name, text in values.items() if text} == after
    link.begin("A page", address, from_history=True)
    values = draw(link, names, values)
    assert {name: text for name, text in values.items() if text} == before


def test_an_ordinary_run_does_not_read_the_address():
    link, _ = opened({"a": "1"}, names="a")
    link.begin("A page", {"a": "2"})
    assert not link.waiting("a")


def test_back_leaves_alone_what_the_restored_link_did_not_speak_of():
    link, _ = opened({"step": "view"}, names=["step"])
    address = dict(parse_qsl(link.published()))
    link.begin("A page", {})
    draw(link, ["step", "row"], {"step": "pixel", "row": "7"})
    link.published()
    link.begin("A page", address, from_history=True)
    assert link.waiting("step")
    assert not link.waiting("row")


def test_the_history_does_not_grow_without_end():
    link, _ = opened({})
    for number in range(LONGEST_HISTORY + 5):
        link.record("a", number, str(number))
        link.published()
    assert len(link._history) == LONGEST_HISTORY
    assert ("A page", f"a={number}") in link._history


def test_an_old_name_of_a_link_still_opens():
    link, _ = opened({"row": "100"})
    assert not link.waiting("pixel.row")
    assert link.waiting("pixel.row", ("row",))
    assert link.take("pixel.row", ("row",)) == "100"
    assert not link.waiting("pixel.row", ("row",))


def test_the_new_name_comes_first():
    link, _ = opened({"row": "1", "pixel.row": "2"})
    assert link.take("pixel.row", ("row",)) == "2"


def test_only_what_waits_can_be_taken():
    with pytest.raises(KeyError):
        LinkState().take("size")


def test_page_and_steps_are_the_title():
    link = LinkState()
    link.begin("Learned methods", {})
    link.steps |= {"step": "The idea", "topic": "Unrolling"}
    assert link.title == "Learned methods · The idea · Unrolling"


def test_streamlit_still_says_that_back_asked_for_a_run():
    assert "is_history_navigation" in vars(ScriptRunContext)["__dataclass_fields__"], (
        "Streamlit's ScriptRunContext.is_history_navigation has vanished: the browser's Back "
        "would no longer be told from other runs (core/ui/permalink.py)."
    )


def test_a_name_of_the_link_means_one_thing():
    """A control of one name on two pages would carry the value of one over to the other."""
    places = defaultdict(set)
    for file in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "Parameter",
                "linked_player",
            ):
                name = next((word.value for word in node.keywords if word.arg == "name"), None)
                if isinstance(name, ast.Constant):
                    places[name.value].add(f"{file.relative_to(UI)}:{node.lineno}")
    assert {"pixel.row", "profile.row", "iteration", "errors"} <= set(places)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_scene_sets_every_control_of_the_page_that_comes():
    """What it does not name to its default, each once, also where it comes late."""
    link, _ = opened({"size": "64"}, names=["size", "angles"])
    link.set_exactly({"size": "96", "step": "view"}, spared=["image"])
    assert link.has_followed  # a part that runs alone asks for the whole page
    link.begin("Another page", {})
    kept = {"size": "64", "angles": "12", "image": "own", "step": "", "late": "7"}
    values = draw(link, ["size", "angles", "image", "step"], kept)
    assert values == kept | {"size": "96", "angles": "", "step": "view"}
    assert not link.has_followed
    link.begin("Another page", {})
    assert draw(link, ["size", "angles", "late"], values | {"size": "128"}) == {
        **values, "size": "128", "late": "",
    }  # fmt: skip


def test_a_scene_ends_where_another_page_is_opened():
    link, _ = opened({})
    link.set_exactly({"size": "96", "gone": "1"})
    link.begin("A page", {})
    draw(link, ["size"])
    assert link.unread == ("gone",)
    link.begin("Another page", {})
    assert draw(link, ["size", "angles"], {"angles": "12"}) == {"angles": "12"}
    assert link.unread == ()


def test_what_is_said_twice_of_a_link_is_read_once():
    link = LinkState()
    link.begin("A page", {})
    link.note("There is no such scene.")
    draw(link, ())
    link.note("There is no such scene.")
    assert link.finish() == ["There is no such scene."]
