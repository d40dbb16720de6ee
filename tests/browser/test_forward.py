"""The forward page in a real browser: it follows the sliders, and the gantry turns."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers.forward_steps import STEPS
from tests.helpers.one_screen import assert_on_one_screen
from tests.helpers.themes import change_theme
from tests.helpers.waiting import PATIENCE_MS, eventually

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
SMALL = "size=96&detectors=96&width=1&angles=24"

COUNT_RUNS = """() => {
  window.runs = 0;
  new MutationObserver(() => window.runs++).observe(
    document.querySelector('[data-testid=stApp]'), { attributeFilter: ['data-test-script-state'] });
}"""
COLLECT_ANGLES = """() => {
  window.angles = new Set();
  const output = document.querySelector('.lab-player output');
  new MutationObserver(() => window.angles.add(output.textContent)).observe(
    output, { childList: true });
}"""


def figure(page: Page, alt: str) -> Locator:
    return page.get_by_role("figure", name=re.compile(alt)).first


def pixels(page: Page, alt: str) -> str:
    """What is painted in a figure, as one text."""
    canvases = figure(page, alt).locator("canvas")
    return "".join(canvas.evaluate("c => c.toDataURL()") for canvas in canvases.all())


def repainted(page: Page, alt: str, before: str) -> str:
    """What is painted in a figure once it differs from what was before."""
    after = eventually(page, lambda: pixels(page, alt), lambda now: now != before)
    assert after != before
    return after


@pytest.fixture
def at(app_url: str, open_page: Open) -> Callable[..., Page]:
    """Open the page at a step, on a small scan."""
    return lambda step, more="", **kwargs: open_page(
        f"{app_url}forward?{SMALL}&step={step}{more}", **kwargs
    )


def test_a_slider_moves_the_sinogram_and_a_reload_finds_it_again(at, settled):
    page = at("equation")
    before = pixels(page, "The sinogram")
    page.get_by_role("slider", name="Slice").press("ArrowRight")
    expect(page).to_have_url(re.compile("slice=23"))
    repainted(page, "The sinogram", before)
    after = pixels(settled(page), "The sinogram")
    page.reload()
    assert pixels(settled(page), "The sinogram") == after


def test_the_angles_of_the_views_are_typed_as_a_list(at, settled):
    page = at("equation")
    before = pixels(page, "The sinogram")
    page.get_by_text("More settings").click()
    page.get_by_role("radio", name="List").click()
    field = page.get_by_role("textbox", name="Angles (°)")
    for typed, spoken in {
        "0, 10, ten": "must be numbers with commas between them, not '0, 10, ten'",
        "0, 1000": "must be from -720 to 720 degrees, not 1000",
    }.items():
        field.fill(typed)
        field.press("Control+Enter")
        expect(page.get_by_text(spoken)).to_be_visible()
        expect(page).to_have_url(re.compile("spacing=listed"))
        expect(page).not_to_have_url(re.compile("angle_list"))
    field.fill("0, 10, 25.5, 100")
    field.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"angle_list=0%2C10%2C25\.5%2C100"))
    expect(page.get_by_text("4 views × 96 detectors")).to_be_visible()
    repainted(page, "The sinogram", before)
    page.reload()
    expect(settled(page).get_by_role("textbox", name="Angles (°)")).to_have_value("0,10,25.5,100")


def test_the_gantry_turns_without_the_server_and_rests_in_the_link(at, settled):
    page = at("view")
    figures = ("The image with the rays", "All profiles")
    before = {alt: pixels(page, alt) for alt in figures}
    player = page.locator(".lab-player")
    page.evaluate(COUNT_RUNS)
    page.evaluate(COLLECT_ANGLES)
    player.get_by_role("button").click()
    expect(player.locator("output")).not_to_have_text("θ = 0.0°")
    for alt in figures:
        repainted(page, alt, before[alt])
    # Half a turn later no run has come.
    page.wait_for_function("window.angles.size > 12", timeout=PATIENCE_MS)
    assert page.evaluate("window.runs") == 0
    player.get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"&view=\d+&|&view=\d+$"))
    angle = player.locator("output").inner_text()
    page.reload()
    expect(settled(page).locator(".lab-player output")).to_have_text(angle)


def test_a_click_chooses_the_pixel(at):
    page = at("pixel")
    before = pixels(page, "The sinogram with the curve")
    box = figure(page, "The image with the pixel").locator(".nsewdrag").first.bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page).to_have_url(re.compile("row=4[78]&pixel.column=7[12]"))
    repainted(page, "The sinogram with the curve", before)


def test_noise_is_added_where_there_is_none(at, settled):
    page = at("noise")
    page.get_by_role("button", name="Add photon noise").click()
    expect(page).to_have_url(re.compile("noise=poisson"))
    expect(figure(settled(page), "Histogram of the standardised residuals")).to_be_visible()


def test_every_step_fits_the_screen_in_both_themes(at, settled):
    page = at("equation", "&noise=gaussian", dark=True)
    for number, step in enumerate(STEPS):
        page.get_by_role("tab").nth(number).click()
        if number:
            expect(page).to_have_url(re.compile(f"step={step}"))
        # The theme in which the last step ended, and then the other.
        for dark in (True, False) if number % 2 == 0 else (False, True):
            change_theme(page, dark=dark)
            fits(settled(page), step)


def fits(page: Page, step: str) -> None:
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 1
    for equation in main.locator(".katex-display").all():
        # KaTeX draws a brace two pixels wider than it says.
        assert equation.evaluate("e => e.scrollWidth - e.clientWidth") <= 4, step
    expect(page.get_by_text("Things to try.")).to_be_visible()
    assert_on_one_screen(page)
