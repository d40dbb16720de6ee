"""How figures live in the page: frames that play, themes, widths, and how they get there."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.ui.style import BLUE, ON_DARK, ORANGE
from tests.helpers.figures import APP, box, drawn, figure
from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def page(serve: Callable[..., str], open_page: Open) -> Page:
    return open_page(serve(APP))


def test_playing_needs_no_rerun_and_the_page_learns_where_it_rests(page: Page) -> None:
    run = page.get_by_text(re.compile(r"^run \d+$")).inner_text()
    gantry = figure(page, "Turning")
    overlay = gantry.locator("canvas").last
    curve = drawn(page, "Two waves")
    line = curve.locator(".scatterlayer .trace").nth(1).locator(".js-line")
    looks = (
        lambda: overlay.evaluate("canvas => canvas.toDataURL()"),
        lambda: line.get_attribute("d"),
    )
    at_first = [look() for look in looks]
    slider = page.get_by_role("slider", name="angle")
    page.get_by_role("button", name="Play").click()
    expect(slider).not_to_have_value("0")
    for look, first in zip(looks, at_first, strict=True):
        assert eventually(page, look, lambda now, first=first: now != first) != first
    expect(page.get_by_text(run, exact=True)).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(run, exact=True)).to_have_count(0)
    frame = slider.input_value()
    expect(page.get_by_text(f"rests at {frame}", exact=True)).to_be_visible()
    assert slider.get_attribute("aria-valuetext") == f"{15 * int(frame)}°"

    iterates = figure(page, "Iterates. Errors.")
    b = box(iterates, 0)
    page.mouse.move(b["x"] + 20.5 / 64 * b["width"], b["y"] + 10.5 / 64 * b["height"])
    marks = iterates.locator(".lab-mark:not([hidden])")
    value = np.float32(660 * int(frame) / 23)
    expect(marks.nth(0)).to_have_text(f"{value:.4g}row 10, column 20")
    expect(marks.nth(1)).to_have_text(f"{value - 660:.4g}".replace("-", "−"))
    expect(iterates.get_by_text(f"caption {frame}", exact=True)).to_be_visible()

    slider.press("ArrowLeft")  # the film may have come to its end
    expect(page.get_by_text(f"rests at {int(frame) - 1}", exact=True)).to_be_visible()


def css(colour: str) -> str:
    red, green, blue = bytes.fromhex(colour[1:])
    return f"rgb({red}, {green}, {blue})"


def test_figures_follow_the_theme_and_the_width_without_a_rerun(page: Page) -> None:
    run = page.get_by_text(re.compile(r"^run \d+$")).inner_text()
    waves = drawn(page, "Two waves")
    label, lines = waves.locator(".xtick text").first, waves.locator(".scatterlayer .js-line")
    in_light = label.evaluate("element => element.style.fill")
    for line, colour in ((0, BLUE), (1, ORANGE)):  # the one it asks for, and the second in turn
        expect(lines.nth(line)).to_have_css("stroke", css(colour))
    page.emulate_media(color_scheme="dark")
    for line, colour in ((0, BLUE), (1, ORANGE)):
        expect(lines.nth(line)).to_have_css("stroke", css(ON_DARK[colour]))
    assert label.evaluate("element => element.style.fill") != in_light
    panels = figure(page, "A ramp with a hole")
    width = box(panels, 0)["width"]
    page.set_viewport_size({"width": 1600, "height": 800})
    wider = eventually(page, lambda: box(panels, 0)["width"], lambda now: now > width + 50)
    assert wider > width + 50
    expect(page.get_by_text(run, exact=True)).to_be_visible()


def test_plotly_is_loaded_once_and_kept_by_the_browser(
    app_url: str, open_page: Open, settled: Callable[..., Page]
) -> None:
    page = open_page(f"{app_url}forward?size=64&detectors=32", fresh=True)
    sizes = """() => performance.getEntriesByType('resource')
        .filter(entry => entry.name.endsWith('plotly.min.js')).map(entry => entry.transferSize)"""
    (first,) = page.evaluate(sizes)
    assert 500_000 < first < 2_000_000  # compressed
    page.reload()
    settled(page)
    assert page.evaluate(sizes) == [0]


def test_figures_work_below_another_path(serve: Callable[..., str], open_page: Open) -> None:
    page = open_page(serve(APP, "--server.baseUrlPath=convergence_curves/lab"))
    expect(drawn(page, "Two waves").locator(".scatterlayer .js-line")).to_have_count(2)


def test_a_figure_out_of_sight_is_drawn_when_it_comes_near(
    serve: Callable[..., str], open_page: Open
) -> None:
    page = open_page(serve(APP), height=500)
    away = page.locator(".lab-figure[data-waiting=away]")
    expect(figure(page, "A ramp with a hole")).to_have_attribute("data-drawn", "true")
    expect(away.last).to_be_attached()
    hidden = away.last
    room = hidden.bounding_box()["height"]
    assert hidden.locator(".main-svg").count() == 0
    alt = hidden.get_attribute("aria-label")
    seen = drawn(page, re.escape(alt))
    expect(seen.locator(".main-svg").first).to_be_attached()
    # The room that it takes was there before, so that nothing has moved.
    assert seen.bounding_box()["height"] == pytest.approx(room, abs=1)
