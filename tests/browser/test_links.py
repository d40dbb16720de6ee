"""A link opens exactly what was on screen, and the browser's Back returns to the step before."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers.figures import drawn

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
SMALL = "size=64&detectors=64&width=1&angles=12"
WORKBENCH = f"classical_inversion?{SMALL}&a=sirt&b=none"
PLAYERS = [
    (f"forward?{SMALL}&step=view", "θ = ", "view"),
    (f"proximal_methods?{SMALL}&step=prox", "v = ", "prox.v"),
    (f"learned_methods?{SMALL}&step=idea", "step ", "pairs.step"),
    (f"learned_methods?{SMALL}&step=prior", "step ", "prior.step"),
    (f"learned_methods?{SMALL}&step=idea&topic=plugged", "iteration ", "plugged.iteration"),
    (f"learned_methods?{SMALL}&step=zoo&a=learned_primal&b=none", "stage ", "iteration"),
    (f"autograd_bridge?{SMALL}&step=broken", "iteration ", "broken.iteration"),
    (WORKBENCH, "iteration ", "iteration"),
]


def player(page: Page, words: str) -> Locator:
    """The player whose frames are called so."""
    return page.locator(".lab-player", has_text=words).first


def copied(page: Page) -> str:
    """Press Copy link, and return what is on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


@pytest.mark.parametrize(("link", "words", "name"), PLAYERS, ids=[name for *_, name in PLAYERS])
def test_a_copied_link_carries_the_frame_of_a_player(
    link: str, words: str, name: str, app_url: str, open_page: Open
):
    page = open_page(app_url + link)
    slider = player(page, words).get_by_role("slider")
    for key in ("Home", "ArrowRight", "ArrowRight"):  # faster than the server answers
        slider.press(key)
    expect(slider).to_have_value("2")
    shown = player(page, words).locator("output").inner_text()
    link = copied(page)  # at once: the server need not have heard of the frame
    assert name in parse_qs(urlsplit(link).query)
    fresh = open_page(link)
    expect(player(fresh, words).locator("output")).to_have_text(shown)
    expect(fresh.get_by_text("the link was read with")).to_have_count(0)


def test_a_player_stays_where_it_was_put(
    app_url: str, open_page: Open, settled: Callable[[Page], Page]
):
    page = open_page(f"{app_url}forward?{SMALL}&step=view&view=5")
    slider = player(page, "θ = ").get_by_role("slider")
    for frame in (6, 7, 8):  # again and again: what the server says last must not undo it
        slider.press("ArrowRight")
        expect(page).to_have_url(re.compile(f"view={frame}$"))
        settled(page)
        expect(slider).to_have_value(str(frame))
    step(page, "3 · One pixel", settled)
    step(page, "2 · One view", settled)
    expect(player(page, "θ = ").get_by_role("slider")).to_have_value("8")
    page.get_by_role("link", name="Home").click()
    settled(page).get_by_role("link", name="Forward model").first.click()
    expect(player(page, "θ = ").get_by_role("slider")).to_have_value("8")


def test_a_copied_link_carries_the_open_tab_and_the_error_maps(
    app_url: str, open_page: Open, settled: Callable[[Page], Page]
):
    page = open_page(app_url + WORKBENCH)
    page.get_by_text("Error maps").click()
    expect(page.get_by_role("figure", name=re.compile("minus truth"))).to_be_visible()
    page.get_by_role("tab", name="Things to try").click()
    expect(page).to_have_url(re.compile("tab=things_to_try"))
    fresh = open_page(copied(settled(page)))
    tab = fresh.get_by_role("tab", name="Things to try")
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(fresh.get_by_role("button", name="Set it up").first).to_be_visible()
    expect(fresh.get_by_role("switch", name="Error maps")).to_be_checked()


def step(page: Page, name: str, settled: Callable[[Page], Page]) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    expect(page).to_have_title(re.compile(re.escape(name.partition(" · ")[2])))
    settled(page)


def test_back_goes_through_steps_and_pages_as_they_were(
    app_url: str, open_page: Open, settled: Callable[[Page], Page]
):
    page = open_page(f"{app_url}forward?{SMALL}")
    expect(page).to_have_title("Forward model · The equation – Inverse problems")
    step(page, "2 · One view", settled)
    step(page, "3 · One pixel", settled)
    page.get_by_role("slider", name="Row").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"pixel\.row=17"))
    page.get_by_role("link", name="Learned", exact=True).click()
    expect(page).to_have_title(
        "Learned methods · The idea · Learning from pairs – Inverse problems"
    )
    step(page, "2 · The zoo", settled)
    for title, tab, part in [
        ("Learned methods · The idea", "1 · The idea", "learned_methods"),
        ("Forward model · One pixel –", "3 · One pixel", r"step=pixel&pixel\.row=17"),
        ("Forward model · One view –", "2 · One view", "step=view"),
        ("Forward model · The equation –", "1 · The equation", "/forward"),
    ]:
        page.go_back()
        expect(page).to_have_title(re.compile(f"^{title}"))
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(page).to_have_url(re.compile(part))
        settled(page)
    assert "step=" not in page.url
    page.go_forward()
    expect(page).to_have_title("Forward model · One view – Inverse problems")
    page.get_by_role("link", name="Learned", exact=True).click()
    settled(page).get_by_role("link", name="Forward model").click()
    expect(page).to_have_title("Forward model · One view – Inverse problems")  # it was kept


def test_a_bad_link_is_answered_in_the_words_of_the_screen(app_url: str, open_page: Open):
    page = open_page(f"{app_url}forward?{SMALL}&noise=loud&step=pixel&row=999")
    notice = page.get_by_text("the link was read with")
    expect(notice).to_contain_text(
        "Noise must be one of None, Gaussian, Poisson, Photons + electronics, not 'loud'"
    )
    expect(notice).to_contain_text("Row must be from 0 to 63, not 999")


@pytest.mark.parametrize(("width", "height"), [(400, 800), (640, 400)], ids=["phone", "200 %"])
def test_on_a_small_screen_the_page_is_seen_and_its_pictures_have_room(
    width: int, height: int, app_url: str, open_page: Open
):
    page = open_page(f"{app_url}{WORKBENCH}", width=width, height=height)
    sidebar = page.locator("[data-testid=stSidebar]")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    drawn(page, "Reconstruction by")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.lab-panels .nsewdrag')].map(
            (e) => { const { left, right, width } = e.getBoundingClientRect();
                     return { left, right, width }; })"""
    )
    assert boxes
    for box in boxes:
        assert box["width"] >= 160
        assert box["left"] >= 0
        assert box["right"] <= width
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
