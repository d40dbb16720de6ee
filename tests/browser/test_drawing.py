"""The drawing editor: by mouse, by finger, by keyboard and as text it is the same drawing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import core.ui.scan
from core.problem.drawing import OVERSAMPLING, draw_shapes, parse_shapes
from tests.helpers.javascript import Frontend
from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

FOLDER = Path(core.ui.scan.__file__).parent / "frontend"
SHAPES = (
    "ellipse 0.4 0.1 -0.1 0.6 0.8 30; disc 1 -0.2 0.3 0.15; polygon 0.8 0 -0.4 0.3 -0.4 0.15 -0.1;"
    "brush 0.6 0.1 -0.8 -0.8 0.5 -0.5 0.8 0.8; disc 0 0.1 0.1 0.1"
)
PAINTED = """async (load, [text, size]) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const { paint, parse } = await load('shapes');
  const context = canvas.getContext('2d');
  paint(context, parse(text));
  return [...context.getImageData(0, 0, size, size).data].filter((_, i) => i % 4 === 0);
}"""


@pytest.fixture
def modules(browser: Browser):
    page = browser.new_page()
    yield Frontend(page, FOLDER)
    page.close()


def test_the_canvas_shows_what_is_scanned_and_makes_texts_that_are_drawings(modules) -> None:
    seen = np.reshape(modules.run(PAINTED, [SHAPES, 128]), (128, 128)) / 255
    image = draw_shapes(list(parse_shapes(SHAPES)), 128, OVERSAMPLING)
    # Both blend at the edges, in their own ways; a shape in a wrong place is thousands of pixels.
    assert np.count_nonzero(np.abs(seen - image) > 0.25) < 20
    assert abs((seen - image).mean()) < 0.002

    rng = np.random.default_rng(0)
    scribble = np.clip(rng.normal(0, 0.02, (3000, 2)).cumsum(0), -1, 1)
    points = [{"x": x, "y": y} for x, y in scribble.tolist()]
    text = "disc 0 0 0 0.1"
    letters = modules.call("shapes", "plain", '  C"T; é  lab ')
    for tool in ("disc", "ellipse", "rectangle", "brush", "text"):
        shape = modules.call("shapes", "shapeOf", tool, 0.35, 0.1, points, letters)
        text = modules.call("shapes", "added", text, shape)
    kinds = [shape[0] for shape in parse_shapes(text)]
    assert kinds == ["disc", "ellipse", "polygon", "brush", "text"]  # the blank one has gone
    assert parse_shapes(text)[-1][3] == "C T lab"
    assert modules.call("shapes", "shapeOf", "text", 1, 0.1, points[:1], "") is None
    click = modules.call("shapes", "shapeOf", "text", 1, 0.1, points[:1], "A")
    assert click["numbers"][2] == 0.3
    line = np.reshape(parse_shapes(text)[3][2][1:], (-1, 2))
    np.testing.assert_allclose(line[[0, -1]], scribble[[0, -1]], atol=0.0051)
    assert len(line) <= 100
    assert modules.call("shapes", "shapeOf", "disc", 1, 0.1, points[:1]) is None
    assert modules.call("shapes", "added", "; ".join(["disc 1 0 0 1"] * 60), shape) is None


@pytest.mark.parametrize("tool", ["disc", "ellipse", "rectangle", "polygon", "brush", "text"])
def test_whatever_is_dragged_is_a_shape_that_can_be_drawn(modules, tool) -> None:
    places = [{"x": x, "y": y} for x in (-1.2, 0.0, 1.2) for y in (-1.2, 0.0, 1.2)]
    between = {"x": 0.31, "y": -0.47}  # a polygon has three corners
    for first, last in itertools.permutations(places, 2):
        points = [first, between, last]
        shape = modules.call("shapes", "shapeOf", tool, 0.35, 0.4, points, "Abc")
        if shape is None:  # ellipses and rectangles along a side
            assert first["x"] == last["x"] or first["y"] == last["y"]
        else:
            parse_shapes(modules.call("shapes", "write", shape))


def shapes_in(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("image_shapes", [""])[0]


def drawn(page: Page, wanted: str) -> str:
    return eventually(page, lambda: shapes_in(page), lambda text: text == wanted)


def at(canvas: Locator, x: float, y: float) -> tuple[float, float]:
    box = canvas.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * (1 + x) / 2, box["y"] + box["height"] * (1 - y) / 2


def test_mouse_keyboard_and_text_edit_one_drawing(
    app_url: str, open_page: Callable[..., Page], settled: Callable[[Page], Page]
) -> None:
    first = "disc 1 0 0 0.5"
    page = open_page(f"{app_url}forward?size=64&image=drawing&image_shapes=disc+1+0+0+0.5")
    editor = page.locator(".lab-drawing")
    canvas = editor.locator("canvas")
    canvas.scroll_into_view_if_needed()
    editor.get_by_role("radio", name="Rectangle").click()
    page.mouse.move(*at(canvas, -0.5, -0.5))
    page.mouse.down()
    page.mouse.move(*at(canvas, 0.5, 0.5), steps=3)
    page.mouse.up()
    text = eventually(page, lambda: shapes_in(page), lambda text: "polygon" in text)
    (_, square) = parse_shapes(text)
    np.testing.assert_allclose(square[2], (-0.5, -0.5, 0.5, -0.5, 0.5, 0.5, -0.5, 0.5), atol=0.03)
    assert square[1] == 0.8

    editor.get_by_role("radio", name="Polygon").click()
    for corner in ((-0.4, -0.4), (0.4, -0.4), (0.4, 0.4), (-0.4, -0.4)):  # closed by the first one
        page.mouse.click(*at(canvas, *corner), delay=20)
    text = eventually(page, lambda: shapes_in(page), lambda text: text.count("polygon") == 2)
    corners = parse_shapes(text)[-1][2]
    np.testing.assert_allclose(corners, (-0.4, -0.4, 0.4, -0.4, 0.4, 0.4), atol=0.03)
    editor.get_by_role("radio", name="Text").click()
    editor.get_by_role("textbox", name="Letters").fill("CT; 1")
    page.mouse.click(*at(canvas, 0, 0))
    text = eventually(page, lambda: shapes_in(page), lambda text: "text" in text)
    assert parse_shapes(text)[-1] == ("text", 0.8, (0.0, 0.0, 0.3), "CT 1")

    canvas.focus()
    for _ in range(3):
        page.keyboard.press("Control+z")
    assert drawn(page, first) == first
    settled(page)  # a key was lost once while the page was still being drawn
    tools = ("Text", "Freehand", "Polygon", "Rectangle", "Ellipse", "Disc")
    for tool, left in itertools.pairwise(tools):
        editor.get_by_role("radio", name=tool).press("ArrowLeft")
        expect(editor.get_by_role("radio", name=left)).to_be_checked()
        expect(editor.get_by_role("radio", name=left)).to_be_focused()
    editor.get_by_role("button", name="Erase").click()
    canvas.focus()
    for key in ("ArrowUp", "Enter", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(editor.get_by_text("x 0.11, y 0.05. Enter begins: Disc.")).to_be_visible()
    wanted = f"{first}; disc 0 0 0.05 0.11"
    assert drawn(page, wanted) == wanted

    settled(page)
    page.get_by_text("The drawing as text").click()
    field = page.get_by_role("textbox", name="Shapes")
    expect(field).to_have_value(wanted)
    field.fill("disc 0.5 0.5 0.5 0.2")
    field.press("Control+Enter")
    assert drawn(page, "disc 0.5 0.5 0.5 0.2") == "disc 0.5 0.5 0.5 0.2"
    corner = "c => [...c.getContext('2d').getImageData(360, 120, 1, 1).data]"
    assert eventually(page, lambda: canvas.evaluate(corner), lambda p: p[0] == 128)[0] == 128
    editor.get_by_role("button", name="Clear").click()
    assert drawn(page, "disc 0 0 0 0.1") == "disc 0 0 0 0.1"
    settled(page)
    editor.get_by_role("button", name="Undo").click()
    assert drawn(page, "disc 0.5 0.5 0.5 0.2") == "disc 0.5 0.5 0.5 0.2"
