"""The drawing of the architecture is the one that the imports give; its text names each room."""

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def draw():
    spec = importlib.util.spec_from_file_location(
        "draw_architecture", DOCS / "draw_architecture.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rooms(draw):
    return draw.rooms()


def test_the_drawing_is_up_to_date(draw, rooms):
    stored = (DOCS / "architecture.svg").read_text(encoding="utf-8")
    assert draw.drawing(rooms) == stored, "run `make drawing`"


def test_the_drawing_does_not_depend_on_the_order_of_what_was_found(draw, rooms):
    backwards = {room: rooms[room] for room in sorted(rooms, reverse=True)}
    assert draw.drawing(backwards) == draw.drawing(rooms)


def test_arrows_that_follow_from_others_are_left_out(draw):
    graph = {
        "top": frozenset({"middle", "bottom", "aside"}),
        "aside": frozenset(),
        "middle": frozenset({"bottom"}),
        "bottom": frozenset(),
    }
    assert draw.reduced(graph)["top"] == {"middle", "aside"}
    assert draw.depths(graph) == {"top": 0, "middle": 1, "aside": 1, "bottom": 2}
    assert draw.drawing(graph).count("<path d=") == 1 + 3  # the head of the arrows, and three


def test_the_imports_are_those_of_the_code(rooms):
    assert rooms["pages"] == {"ui"}
    assert "problem" in rooms["methods"]
    assert "methods" not in rooms["problem"]


def test_the_text_has_one_sentence_for_each_room(draw, rooms):
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(?:core\.)?(\w+)`(?: itself)? \| .+\. \|$", text, flags=re.MULTILINE)
    named = {draw.GROUND if name == "core" else name for name in table}
    assert named == set(rooms) - {draw.COMMAND}
    assert len(table) == len(named)
