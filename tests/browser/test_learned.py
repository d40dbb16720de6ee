"""The learned page in a real browser: a cold link, a fit that stops and goes on, the stages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

SMALL = "size=64&detectors=64&width=1&angles=20"
LIVE = "prior.show=live&prior.size=64&prior.deep_image_prior.channels=4"


@pytest.fixture
def at(app_url: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    return lambda query, **kwargs: open_page(f"{app_url}learned_methods?{SMALL}&{query}", **kwargs)


def press(page: Page, name: str) -> None:
    """Press a button of the page; Streamlit has one of its own called Stop."""
    page.get_by_test_id("stMain").get_by_role("button", name=name).click()


def stopped_at(page: Page) -> int:
    """How many steps the fit had done when it was stopped."""
    sentence = page.get_by_text(re.compile(r"Stopped after \d+ of")).first
    expect(sentence).to_be_visible()
    return int(re.findall(r"after (\d+) of", sentence.inner_text())[0])


def test_a_cold_link_opens_the_stored_run(fresh_app_url, open_page):
    page = open_page(f"{fresh_app_url}learned_methods?step=prior", dark=True)
    expect(page.get_by_text(re.compile("was nearest to the truth at"))).to_be_visible()
    player = page.get_by_role("slider", name="step of the fit")
    expect(player).to_be_visible()
    caption = page.get_by_text(re.compile(r"^error [\d.]+ %$")).first
    before = caption.inner_text()
    player.focus()
    player.press("ArrowLeft")
    assert eventually(page, caption.inner_text, lambda now: now != before) != before


def test_the_line_under_the_pointer_is_no_white_bar_on_the_dark_theme(app_url, open_page, settled):
    page = open_page(f"{app_url}learned_methods?step=prior", dark=True)
    plot = page.locator(".lab-plot").first
    plot.hover()  # it is drawn anew when it comes near
    settled(page)
    plot.hover(position={"x": 250, "y": 120})
    lines = plot.locator(".hoverlayer > .spikeline")
    expect(lines).to_have_count(2, timeout=20_000)
    styles = lines.evaluate_all(
        "lines => lines.map(getComputedStyle).map(({ display, stroke }) => [display, stroke])"
    )
    shown = [stroke for display, stroke in styles if display != "none"]
    assert len(shown) == 1
    assert shown != ["rgb(255, 255, 255)"]


def test_a_fit_keeps_its_picture_when_stopped_and_goes_on_from_there(at, settled):
    page = at(f"step=prior&{LIVE}&prior.deep_image_prior.iterations=10000")
    press(page, "Start")
    expect(page.get_by_role("figure", name=re.compile("What the network draws"))).to_be_visible()
    press(page, "Stop")
    first = stopped_at(page)
    settled(page)
    expect(page.get_by_role("figure", name=re.compile("What the network draws"))).to_be_visible()
    press(page, "Go on")
    press(page, "Stop")
    assert eventually(page, lambda: stopped_at(page), lambda now: now > first) > first


def test_the_zoo_walks_through_the_stages_of_a_network(at, settled):
    page = at("step=zoo&a=learned_primal&b=fbp")
    expect(page.get_by_text(re.compile("64 pixels across, trained on 160 to 320"))).to_be_visible()
    slider = page.get_by_role("slider", name="iteration")
    expect(slider).to_be_visible()
    read_out = page.get_by_role("status").filter(has_text="stage")
    expect(read_out).to_have_text("stage 5")
    changed = page.get_by_text(re.compile(r"% of the image$")).first
    before = changed.inner_text()
    slider.focus()
    for stage in (4, 3):
        slider.press("ArrowLeft")
        expect(read_out).to_have_text(f"stage {stage}")
    assert eventually(page, changed.inner_text, lambda now: now != before) != before
    page.get_by_text("The networks", exact=True).click()
    expect(page.get_by_role("figure", name=re.compile("score of each network"))).to_be_visible()
