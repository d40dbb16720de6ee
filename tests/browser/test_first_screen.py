"""What a visitor sees without scrolling: a slider stands on the screen of the picture it moves."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SMALL = "size=64&detectors=64&width=1&angles=20"
BENCHES = {
    "classical_inversion": "a=regularised_least_squares&b=fbp&c=lsqr",
    "proximal_methods": "step=workbench&a=proximal_gradient&b=admm",
    "learned_methods": "step=zoo&a=fbp&b=admm",
}
# What each label of a control says to a screen reader.
SPOKEN = """() => [...document.querySelectorAll('[aria-label]')].map((e) => e.ariaLabel)"""


def bottom(page: Page, alt: str) -> float:
    """Where the image with this alternative text ends, in CSS pixels of the window."""
    found = page.get_by_role("figure", name=re.compile(alt)).first
    expect(found).to_have_attribute("data-drawn", "true")
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    box = found.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("name", BENCHES)
def test_controls_and_pictures_of_a_workbench_are_on_one_screen(
    name, app_url, open_page: Callable[..., Page], settled
) -> None:
    page = open_page(f"{app_url}{name}?{SMALL}&{BENCHES[name]}", width=1280, height=800)
    settled(page)
    assert bottom(page, "The true image") <= 800 + 2
    expect(page.locator(".st-key-method_card")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("slider", name="iteration").last).to_be_in_viewport(ratio=1)
    assert [label for label in page.evaluate(SPOKEN) if "$" in label or "\\" in label] == []
    # Each part of a formula stands in one line.
    for card in page.locator(".st-key-method_card .katex-html").all():
        lines = card.evaluate(
            "e => new Set([...e.querySelectorAll('.base')].map("
            "(b) => Math.round(b.getBoundingClientRect().bottom / 12))).size"
        )
        assert lines <= 2  # fractions reach below the line
    height = page.locator(".st-key-page_header").bounding_box()
    assert height is not None
    assert height["y"] + height["height"] < 110


def test_type_grows_with_the_window(app_url, open_page: Callable[..., Page], settled) -> None:
    page = open_page(f"{app_url}forward?{SMALL}&step=view", width=1280, height=800)
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    tick = "() => parseFloat(getComputedStyle(document.querySelector('.lab-tick')).fontSize)"
    settled(page)
    assert page.evaluate(size) == pytest.approx(16, abs=0.1)
    assert page.evaluate(tick) == pytest.approx(13, abs=0.1)
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert page.evaluate(size) == pytest.approx(18.67, abs=0.1)
    assert page.evaluate(tick) == pytest.approx(0.8125 * 18.67, abs=0.1)


def test_the_keyboard_is_soon_at_the_first_control(
    app_url, open_page: Callable[..., Page], settled
) -> None:
    """Past the sidebar with the skip link: then the header's buttons and the tabs come first."""
    page = open_page(f"{app_url}learned_methods?{SMALL}&topic=learning", width=1280, height=800)
    settled(page)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    slider = page.get_by_role("slider", name="Batch |B|")
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(slider.evaluate("e => e === document.activeElement"))
    assert any(reached)
    # The slider and the pictures that it moves fit on one screen.
    top, picture = (
        slider.bounding_box(),
        page.locator(".st-key-component--landscape").bounding_box(),
    )
    assert top is not None
    assert picture is not None
    assert picture["y"] + picture["height"] - top["y"] < 720
    # What the step says at length stands below them, and what to try last.
    words, trying = (
        page.locator("[class*=st-key-words_below]"),
        page.locator(".st-key-things_to_try"),
    )
    below, last = words.bounding_box(), trying.bounding_box()
    assert below is not None
    assert last is not None
    assert picture["y"] < below["y"] < last["y"]
