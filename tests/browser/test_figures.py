"""Figures in a real browser: what is drawn, what the pointer reads, what a click returns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.ui.figures.colormaps import COLORMAPS
from tests.helpers.figures import APP, box, drag, drawn, figure, move_slider, point, ranges
from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def page(serve: Callable[..., str], open_page: Callable[..., Page]) -> Page:
    return open_page(serve(APP))


def test_the_pixels_and_the_pointer_tell_the_true_values(page: Page) -> None:
    check_colours(page)
    check_pointer(page)
    check_pointer_on_sinogram(page)


def check_colours(page: Page) -> None:
    noise = np.random.default_rng(3).normal(size=(64, 64)).astype(np.float32)
    rows, columns = np.mgrid[:64:7, :64:7]
    origin = figure(page, "A ramp with a hole").bounding_box()
    assert origin is not None
    boxes = [box(figure(page, "A ramp with a hole"), panel) for panel in range(3)]
    assert len({(b["y"], b["width"], b["height"]) for b in boxes}) == 1
    assert boxes[0]["width"] == boxes[0]["height"]
    for panel, values, low, high, name in (
        (0, 64 * rows + columns, 0, 4095, "bone"),
        (2, noise[rows, columns], -3, 3, "diverging"),
    ):
        at = [point(page, panel, r, c) for r, c in zip(rows.flat, columns.flat, strict=True)]
        places = [[x - origin["x"], y - origin["y"]] for x, y in at]
        seen = figure(page, "A ramp with a hole").evaluate(
            """(element, places) => { const { width, height } = element.querySelector('canvas');
            const { data } = element.querySelector('canvas').getContext('2d')
                .getImageData(0, 0, width, height);
            const at = ([x, y]) => 4 * (Math.floor(y) * width + Math.floor(x));
            return places.map((place) => [...data.slice(at(place), at(place) + 3)]) }""",
            places,
        )
        level = 256 * (np.ravel(values) - low) / (high - low)
        expected = COLORMAPS[name][np.clip(np.floor(level), 0, 255).astype(int)]
        # Values travel as 16-bit codes: within 1/131 000 of an edge between two colours the
        # neighbour's is right as well.
        clear = np.abs(level - np.rint(level)) > 256 / 131_000
        assert clear.sum() > 80
        np.testing.assert_array_equal(np.array(seen)[clear], expected[clear])


def check_pointer(page: Page) -> None:
    noise = re.search(r"is (\S+)", page.get_by_text("noise at").inner_text())
    assert noise is not None
    page.mouse.move(*point(page, 0, 10, 20))
    marks = figure(page, "A ramp with a hole").locator(".lab-mark:not([hidden])")
    expect(marks).to_have_count(3)
    expect(marks.nth(0)).to_have_text("660 1/pxrow 10, column 20")
    expect(marks.nth(1)).to_have_text("660 1/px")
    expect(marks.nth(2)).to_have_text(noise[1].replace("-", "−"))
    page.mouse.move(*point(page, 1, 32, 32))
    expect(marks.nth(1)).to_have_text("no valuerow 32, column 32")
    page.mouse.move(5, 5)
    expect(marks).to_have_count(0)


def check_pointer_on_sinogram(page: Page) -> None:
    turning = figure(page, "A sinogram")
    b = box(turning, 1)
    page.mouse.move(b["x"] + 80.5 / 160 * b["width"], b["y"] + 20.5 / 41 * b["height"])
    mark = turning.locator(".lab-mark:not([hidden])")
    expect(mark).to_have_count(1)
    expect(mark).to_have_text("1angle 87.8°, detector 80")


def test_clicks_return_what_was_clicked_and_only_once(
    page: Page, settled: Callable[..., Page]
) -> None:
    page.mouse.click(*point(page, 2, 40, 7))
    expect(page.get_by_text("clicked Pixel(panel=2, row=40, column=7)")).to_be_visible()
    b = box(figure(page, "Two waves"), 0)
    page.mouse.click(b["x"] + b["width"] / 2, b["y"] + b["height"] / 2)
    expect(page.get_by_text(re.compile(r"point Point\(curve=\d, index=\d+, x="))).to_be_visible()
    expect(page.get_by_text("clicked None")).to_be_visible()
    move_slider(page, settled)
    expect(page.get_by_text("point None")).to_be_visible()


def test_zoom_is_linked_and_survives_a_change_of_data(
    page: Page, settled: Callable[..., Page]
) -> None:
    panels, curve = drawn(page, "A ramp with a hole"), drawn(page, "Two waves")
    before, curve_before = ranges(panels), ranges(curve)
    drag(page, point(page, 0, 16, 16), point(page, 0, 32, 32))
    zoomed = eventually(page, lambda: ranges(panels), lambda now: now != before)
    assert zoomed[0] == pytest.approx([16, 32], abs=0.8)
    assert zoomed[:3] == [zoomed[0]] * 3
    assert zoomed[3:] == [zoomed[3]] * 3
    b = box(curve, 0)
    drag(page, (b["x"] + 100, b["y"] + 10), (b["x"] + 300, b["y"] + 100))
    curve_zoomed = eventually(page, lambda: ranges(curve), lambda now: now != curve_before)
    assert curve_zoomed != curve_before
    panels.locator(".js-plotly-plot").evaluate("element => { element.kept = true }")
    first = panels.locator("canvas").first
    shown = first.evaluate("canvas => canvas.toDataURL()")

    move_slider(page, settled)
    assert ranges(panels) == zoomed
    assert ranges(curve) == curve_zoomed
    assert panels.locator(".js-plotly-plot").evaluate("element => element.kept")
    assert first.evaluate("canvas => canvas.toDataURL()") != shown  # new noise, same zoom

    page.mouse.dblclick(*point(page, 0, 40, 40))
    assert eventually(page, lambda: ranges(panels), lambda now: now == before) == before


def test_a_drag_with_the_right_button_changes_brightness_and_contrast(page: Page) -> None:
    panels = drawn(page, "A ramp with a hole")
    ticks = panels.locator(".lab-tick")
    picture = panels.locator("canvas").first.evaluate
    before, stated = ranges(panels), ticks.all_inner_texts()
    (x, y), whole = point(page, 0, 20, 20), picture("canvas => canvas.toDataURL()")

    def narrow(button: Literal["left", "right"]) -> None:
        page.mouse.move(x, y)
        page.mouse.down(button=button)
        page.mouse.move(x + 50, y)
        page.mouse.move(x + 250, y)
        page.mouse.up(button=button)

    narrow("right")
    # 250 pixels to the right halve the range of values, around its middle.
    narrowed = eventually(page, ticks.all_inner_texts, lambda now: now != stated)
    assert float(stated[0]) == 0  # of the first image, whose values go up to 4095
    assert float(narrowed[0]) == pytest.approx(4095 / 4, rel=1e-3)
    assert picture("canvas => canvas.toDataURL()") != whole
    assert ranges(panels) == before  # no zoom
    page.mouse.dblclick(x, y)
    assert eventually(page, ticks.all_inner_texts, lambda now: now == stated) == stated
    # The tool does the same for those without a right mouse button.
    tool = panels.locator(".modebar-btn[data-title^='Brightness and contrast']")
    tool.click()
    narrow("left")
    again = eventually(page, ticks.all_inner_texts, lambda now: now == narrowed)
    assert again == narrowed
    tool.click()
    page.mouse.dblclick(x, y)


def test_the_keyboard_zooms_pans_and_resets(page: Page) -> None:
    panels = figure(page, "A ramp with a hole")
    before = ranges(panels)
    panels.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    # 64 pixels become 51.2 around the middle, moved by a tenth of that to the right and up.
    middle, half, step = 31.5, 25.6, 5.12
    x, y = (
        [middle - half + step, middle + half + step],
        [middle + half - step, middle - half - step],
    )
    moved = [pytest.approx(x)] * 3 + [pytest.approx(y)] * 3
    assert eventually(page, lambda: ranges(panels), lambda now: now == moved) == moved
    page.keyboard.press("0")
    assert eventually(page, lambda: ranges(panels), lambda now: now == before) == before
