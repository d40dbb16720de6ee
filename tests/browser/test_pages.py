"""Every page in a real browser: cold links, both themes, both sizes of screen, its own link."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.helpers.contrast import contrast
from tests.helpers.readme_links import HEADINGS, assert_opened
from tests.helpers.themes import change_theme, shows
from tests.helpers.waiting import PATIENCE_MS, eventually

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
SHELL = (Path(__file__).parents[2] / "streamlit_app.py").read_text()
PAGES = re.findall(r"pages/(\w+)\.py", SHELL)
SCREENS = ((1280, 800), (1920, 1080))  # a laptop and a projector

# What an element shows, wherever its container thinks it is. Neighbours may touch; what holds
# another element, or is folded away, is no neighbour.
OVERLAPS = """() => {
  const leaves = [...document.querySelectorAll('[data-testid=stElementContainer]')].filter(
    (e) => e.offsetParent && !e.querySelector('[data-testid=stElementContainer]')
      && e.offsetHeight && e.offsetWidth && e.checkVisibility({ visibilityProperty: true }));
  const boxes = leaves.map((leaf) => {
    const kinds = 'p, h1, h2, h3, li, table, button, input:not([type=range]), label, img, canvas';
    const shown = [...leaf.querySelectorAll(kinds)]
      .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((e) => e.getBoundingClientRect()).filter((r) => r.width > 2 && r.height > 2);
    return {
      left: Math.min(...shown.map((r) => r.left)), right: Math.max(...shown.map((r) => r.right)),
      top: Math.min(...shown.map((r) => r.top)), bottom: Math.max(...shown.map((r) => r.bottom)),
    };
  });
  const found = [];
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 2) {
      found.push([leaves[i].innerText.slice(0, 40), leaves[i + 1 + j].innerText.slice(0, 40)]);
    }
  }));
  return found;
}"""
TOO_WIDE = """() => ['stMain', 'stSidebarContent']
  .map((name) => document.querySelector(`[data-testid=${name}]`))
  .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.dataset.testid)"""
# The window has its new width, and each figure that is shown is drawn in that of its place.
FIGURES_FOLLOW = """(width) => window.innerWidth === width
  && [...document.querySelectorAll('.lab-figure')].filter((host) => host.offsetParent)
    .every((host) => [...host.querySelectorAll('.main-svg')]
      .every((drawn) => Number(drawn.getAttribute('width')) === host.clientWidth))"""
# Colour, opacity and background of every caption and every piece of coloured code.
SMALL_TEXT = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    const [red, green, blue, alpha] = parts(getComputedStyle(element).backgroundColor);
    return alpha === 0 ? behind(element.parentElement) : [red, green, blue];
  };
  const kinds = '[data-testid=stCode] .token, [data-testid=stCaptionContainer]';
  return [...document.querySelectorAll(kinds)].map((element) => {
    const style = getComputedStyle(element);
    return [parts(style.color).slice(0, 3), Number(style.opacity), behind(element)];
  });
}"""


def address(url: str, page: str) -> str:
    """The first page has no name in the address."""
    return url + ("" if page == "home" else page)


@pytest.mark.parametrize("name", PAGES)
def test_a_cold_link_opens_the_page_in_its_shell(name, fresh_app_url, open_page: Open):
    known, shown = ("size=96&detectors=48", "96 × 96")
    if name == "volumes":  # which has controls of its own
        known, shown = ("volume.size=32&volume.views=20", "32³")
    page = open_page(f"{address(fresh_app_url, name)}?{known}&colour=blue")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page.get_by_text(shown, exact=True).first).to_be_visible()
    expect(page).to_have_title(re.compile("Inverse problems$"))
    expect(page.get_by_test_id("stTopNavLink").first).to_have_text("Home")
    expect(page).to_have_url(re.compile(re.escape(f"?{known}") + "$"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_as_it_is_and_nothing_overlaps_in_either_theme(
    name, app_url, open_page: Open, settled
):
    page = open_page(address(app_url, name), dark=True)
    if name in HEADINGS:
        assert_opened(page, name)
    assert shows(page, dark=True)
    assert_nothing_overlaps(page, settled)
    change_theme(page, dark=False)
    assert_nothing_overlaps(page, settled)


def assert_nothing_overlaps(page: Page, settled: Callable[[Page], Page]) -> None:
    """Nothing overlaps, and nothing is too wide, on a laptop and on a projector."""
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FIGURES_FOLLOW, arg=width, timeout=PATIENCE_MS)
        settled(page)
        for look in (lambda: page.evaluate(OVERLAPS), lambda: page.evaluate(TOO_WIDE)):
            assert eventually(page, look, lambda found: found == []) == []


def test_captions_and_code_have_the_contrast_that_is_declared(app_url, open_page: Open, settled):
    page = open_page(app_url + "autograd_bridge", dark=True)
    expect(page.locator("[data-testid=stCode] .token").first).to_be_attached()
    assert_legible(page)
    change_theme(page, dark=False)
    assert_legible(settled(page))


def assert_legible(page: Page) -> None:
    """Small text has a contrast of at least 4.5."""
    for colour, share, background in page.evaluate(SMALL_TEXT):
        text = share * np.array(colour) + (1 - share) * np.array(background)
        assert contrast(text, background) >= 4.5, (colour, share)


def test_the_scan_is_kept_from_page_to_page_and_its_link_copies_it(
    app_url, open_page: Open, settled
):
    page = open_page(app_url + "?size=96&detectors=48")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    settled(page).get_by_role("button", name="Fan beam").click()
    expect(page).to_have_url(re.compile("beam=fan.*source_origin=192"))
    settled(page).get_by_test_id("stTopNavLink").get_by_text("Forward model").click()
    expect(page).to_have_url(re.compile(r"/forward\?size=96&beam=fan&.*source_origin=192"))
    settled(page).get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    assert not open_page(link).get_by_text("the link was read with").is_visible()


def test_a_scene_opens_with_one_click(app_url, open_page: Open, settled):
    page = open_page(app_url)
    page.locator("[data-testid=stMain]").get_by_role("button", name="Open").nth(1).click()
    expect(page).to_have_url(re.compile("angles=16"))
    expect(settled(page).locator("h1")).not_to_have_text("Inverse problems")


def test_the_first_page_leads_through_the_course(app_url, open_page: Open, settled):
    page = open_page(app_url + "?size=96&detectors=48")
    links = page.get_by_test_id("stMain").get_by_role("link")
    titles = ["Forward model", "Classical inversion", "Proximal methods", "Learned methods"]
    shown = [text.split("\n")[-1] for text in links.all_inner_texts()]
    assert shown == [*titles, "Uncertainty", "Compare", "Autograd bridge", "Volumes"]
    links.nth(3).click()
    expect(page).to_have_url(re.compile(r"/learned_methods\?size=96&detectors=48"))
    expect(settled(page).locator("h1")).to_have_text("Learned methods")


def test_a_file_of_ones_own(app_url, open_page: Open, settled, tmp_path):
    from PIL import Image

    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.radial_gradient("L").save(good)
    bad.write_bytes(good.read_bytes()[:200])
    page = open_page(app_url + "forward?size=96&detectors=48&image=upload")
    uploader = page.locator("[data-testid=stFileUploader] input[type=file]")
    uploader.set_input_files(good)
    expect(page).to_have_url(re.compile("image=upload&image_file=[0-9a-f]{16}"))
    expect(page.get_by_role("figure", name=re.compile("good.png"))).to_be_visible()
    uploader.set_input_files(bad)
    expect(page.get_by_text("damaged or cut short")).to_be_visible()
    expect(settled(page).get_by_role("figure", name=re.compile("good.png"))).to_be_visible()
    page.reload()
    note = page.get_by_text("not open in this session")
    expect(note).to_be_visible()


def test_every_file_opens_at_its_middle_and_is_closed_by_a_button(
    app_url, open_page: Open, settled, tmp_path
):
    random = np.random.default_rng(0)
    for name, slices in (("three", 3), ("nine", 9)):
        np.save(tmp_path / f"{name}.npy", random.random((slices, 32, 32), np.float32))
    page = open_page(app_url + "forward?size=96&detectors=48&image=upload")
    uploader = page.locator("[data-testid=stFileUploader] input[type=file]")
    for name, last in (("three", 2), ("nine", 8)):
        uploader.set_input_files(tmp_path / f"{name}.npy")
        opened = f"{name}.npy, slice {last // 2} of 0–{last}"
        expect(page.get_by_role("figure", name=re.compile(opened))).to_be_visible()
        settled(page)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("No file is open")).to_be_visible()
    expect(page).not_to_have_url(re.compile("file="))
    expect(settled(page).get_by_text("nine.npy")).to_have_count(0)
