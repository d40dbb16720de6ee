"""Figures as files: their pixels, their letters, and pages of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.ui.figures.colormaps import COLORMAPS
from tests.helpers.figures import APP, drawn, figure, point

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
LENGTHS = """root => Object.fromEntries(
    [...root.querySelectorAll("text")].map(text => [text.textContent, text.getBBox().width]))"""


@pytest.fixture
def page(serve: Callable[..., str], open_page: Callable[..., Page]) -> Page:
    return open_page(serve(APP))


def saved(figure: Locator, kind: str, path: Path) -> Path:
    """What a figure saves as a file of this kind."""
    with figure.page.expect_download() as download:
        figure.locator(f".modebar-btn[data-title='Download as {kind}']").click()
    ending = {"interactive HTML": ".html"}.get(kind, f".{kind.lower()}")
    assert download.value.suggested_filename.endswith(ending)
    download.value.save_as(path)
    return path


def test_letters_are_the_same_where_nobody_has_the_font(page: Page, tmp_path: Path) -> None:
    curve = drawn(page, "Two waves")
    on_screen = curve.locator(".main-svg").first.evaluate(LENGTHS)
    assert len(on_screen) > 5
    other = page.context.browser.new_page(offline=True)
    other.set_viewport_size({"width": round(curve.bounding_box()["width"]) + 100, "height": 800})
    for kind, before in (("SVG", "<!doctype html><body>"), ("interactive HTML", "")):
        other.set_content(before + saved(curve, kind, tmp_path / "curve").read_text())
        other.locator("text").first.wait_for()
        other.evaluate("document.fonts.ready")
        there = other.locator("body").evaluate(LENGTHS)
        assert {word: there.get(word) for word in on_screen} == pytest.approx(on_screen, rel=0.01)
    other.add_style_tag(content="text { font-family: monospace !important }")
    assert other.locator("body").evaluate(LENGTHS) != pytest.approx(on_screen, rel=0.01)
    other.close()


def test_downloads_have_true_pixels_and_the_whole_figure_three_times_the_screens(
    page: Page, tmp_path: Path
) -> None:
    panels = figure(page, "A ramp with a hole")
    rows, columns = np.mgrid[:64, :64]
    page.mouse.move(*point(page, 1, 5, 5))
    with page.expect_download() as download:
        panels.get_by_role("button", name="Download “A hole”").click()
    assert re.fullmatch(r"A_hole_\d{4}-\d\d-\d\d\.png", download.value.suggested_filename)
    download.value.save_as(tmp_path / "hole.png")
    picture = np.asarray(Image.open(tmp_path / "hole.png"))
    hole = (rows - 32) ** 2 + (columns - 32) ** 2 < 100
    np.testing.assert_array_equal(picture[..., 3], np.where(hole, 0, 255))
    level = np.clip((64 * rows + columns) * 256 // 4095, 0, 255)
    np.testing.assert_array_equal(picture[~hole, :3], COLORMAPS["bone"][level][~hole])

    whole = np.asarray(Image.open(saved(panels, "PNG", tmp_path / "figure.png")).convert("RGB"))
    on_screen = panels.bounding_box()
    assert on_screen is not None
    assert whole.shape[1] == pytest.approx(3 * (on_screen["width"] + 16), abs=3)
    assert whole.shape[0] == pytest.approx(3 * (on_screen["height"] + 16), abs=3)
    at = [
        3 * (p - o + 8)  # there is a margin
        for p, o in zip(point(page, 0, 60, 60), (on_screen["x"], on_screen["y"]), strict=True)
    ]
    assert tuple(whole[int(at[1]), int(at[0])]) == tuple(COLORMAPS["bone"][3900 * 256 // 4095])
    assert (whole[:60] < 100).any()  # the titles


def test_figures_are_saved_as_svg_and_curves_as_a_page_of_their_own(
    page: Page, tmp_path: Path
) -> None:
    panels, curve = drawn(page, "A ramp with a hole"), drawn(page, "Two waves")
    drawing = ElementTree.parse(saved(panels, "SVG", tmp_path / "panels.svg")).getroot()
    assert "A hole" in [text.text for text in drawing.iter(f"{SVG}text")]
    assert len(list(drawing.iter(f"{SVG}image"))) == 3  # pixels, axes, overlays
    left, top, *_ = map(float, drawing.get("viewBox").split())
    assert all(
        float(text.get(name)) > corner + 8
        for text in drawing.iter(f"{SVG}text")
        for name, corner in (("x", left), ("y", top))
    )  # no letter is cut off at the edge
    waves = ElementTree.parse(saved(curve, "SVG", tmp_path / "curve.svg")).getroot()
    assert waves.tag == f"{SVG}svg"
    alone = saved(curve, "interactive HTML", tmp_path / "curve.html")
    other = page.context.browser.new_page(offline=True)
    other.goto(alone.as_uri())
    expect(other.locator(".scatterlayer .trace")).to_have_count(
        curve.locator(".scatterlayer .trace").count()
    )
    other.close()


def test_a_curve_drawn_by_hand_is_complete_when_it_is_saved_for_the_first_time(
    app_url: str, open_page: Callable[..., Page], settled: Callable[[Page], Page], tmp_path: Path
) -> None:
    small = "size=64&detectors=32&width=2&angles=20"
    page = settled(open_page(f"{app_url}forward?{small}&step=view&hand_drawn=true", fresh=True))
    curve = page.locator(".lab-plot").first
    first, second = (
        np.asarray(Image.open(saved(curve, "PNG", tmp_path / f"{n}.png"))) for n in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first.reshape(-1, first.shape[2]), axis=0)) > 50


def test_an_image_is_saved_with_the_keyboard_alone(page: Page, tmp_path: Path) -> None:
    panels = drawn(page, "A ramp with a hole")
    button = panels.locator(".lab-save")
    button.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("Ramp_")
    assert "64 × 64 pixels" in (button.get_attribute("aria-label") or "")
