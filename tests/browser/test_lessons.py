"""The ramp, ill-posed problems and visible edges, in a real browser: controls move pictures."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
SMALL = "size=96&detectors=96&width=1&angles=24"


@pytest.fixture
def at(app_url: str, open_page: Open, settled) -> Callable[..., Page]:
    """Open a step of the page, on a small scan."""
    return lambda step: settled(open_page(f"{app_url}forward?{SMALL}&step={step}"))


def painted(page: Page, alt: str) -> str:
    """What is painted in a figure, as one text."""
    canvases = page.get_by_role("figure", name=re.compile(alt)).first.locator("canvas")
    return "".join(canvas.evaluate("c => c.toDataURL()") for canvas in canvases.all())


def decibels(page: Page) -> float:
    """The SNR that the caption of the back-projection states."""
    text = page.get_by_text(re.compile(r"fitted to m · SNR")).first.inner_text()
    return float(re.findall(r"SNR (-?[\d.]+) dB", text)[0])


def test_the_ramp_makes_the_image_sharp(at):
    page = at("slice")
    plain = decibels(page)
    slider = page.get_by_role("slider", name="Power of the frequency")
    for _ in range(4):
        slider.press("ArrowRight")
    expect(page).to_have_url(re.compile("power=1"))
    assert eventually(page, lambda: decibels(page), lambda now: now > plain + 6) > plain + 6


def test_the_line_of_the_spectrum_turns_with_the_gantry(at):
    page = at("slice")
    page.locator(".lab-player").get_by_role("slider").press("ArrowRight")
    eventually(
        page,
        lambda: page.locator(".lab-player output").first.inner_text(),
        lambda angle: angle == "θ = 7.5°",
    )
    expect(page.get_by_text("At θ = 7.5° the two differ by")).to_be_visible()


def test_a_filter_is_chosen_and_its_error_stands_beside_it(at, settled):
    page = at("picard")
    said = page.locator("p", has_text="terms have the least expected error")
    before = said.inner_text()
    page.get_by_role("slider", name="Terms").press("ArrowRight")
    expect(page).to_have_url(re.compile("picard.terms=130"))
    expect(said).not_to_have_text(before)


def test_a_full_arc_leaves_no_edge_unseen(at):
    page = at("edges")
    expect(page.get_by_role("tab", selected=True)).to_be_in_viewport(ratio=1)
    said = page.locator("p", has_text="of the edges are visible")
    assert "Of a typical invisible edge" in said.inner_text()
    before = painted(page, "The edges of the image")
    main = page.get_by_test_id("stMain")  # the sidebar has an arc, too
    main.get_by_role("slider", name=re.compile("^Arc")).press("End")
    expect(page).to_have_url(re.compile("edges.arc=180"))
    expect(said).to_contain_text("100 % of the edges are visible")
    assert eventually(page, lambda: painted(page, "The edges of the image"), lambda x: x != before)
