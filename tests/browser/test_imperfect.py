"""What goes wrong, in a real browser: artefact and cure are seen, each with a number."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.problem.imperfections import IMPERFECTIONS
from tests.helpers.figures import drawn

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
NUMBER = r"(?:SNR|ring energy) (-?\d+\.\d+)"
VERDICT = re.compile(rf"The cure helps: {NUMBER}.*? without it, {NUMBER}.*? with it; .*? {NUMBER}")
FIGURES = (
    "The sinogram of the imperfect scanner",
    "The image that filtered back-projection makes of the imperfect data",
)


@pytest.mark.parametrize("member", IMPERFECTIONS.members, ids=lambda member: member.name)
def test_each_imperfection_shows_its_artefact_and_its_cure(
    member, app_url: str, open_page: Open, settled
) -> None:
    page = settled(open_page(f"{app_url}forward?step=imperfect&wrong={member.name}"))
    text = page.locator("p", has_text="a perfect scanner has").inner_text()
    found = VERDICT.search(text.replace("\n", " "))
    assert found, text
    without, cured, perfect = map(float, found.groups())
    sign = 1 if member.rising else -1
    assert sign * without < sign * cured
    assert sign * without < sign * perfect
    for alt in FIGURES:
        figure = drawn(page, alt)
        canvases = figure.locator("canvas").all()
        assert len({canvas.evaluate("c => c.toDataURL()") for canvas in canvases}) >= 1
    expect(page.get_by_text(f"{member.merit} ").first).to_be_visible()


def test_an_imperfection_is_put_into_the_scan_of_all_pages(app_url, open_page: Open, settled):
    page = settled(open_page(f"{app_url}forward?size=96&detectors=96&width=1&step=imperfect"))
    page.get_by_role("button", name="Put it into the scan").click()
    expect(page).to_have_url(re.compile("gain_error=0.05"))
    settled(page)
    page.get_by_test_id("stSidebarUserContent").get_by_text("Imperfect scanner").click()
    expect(page.get_by_role("slider", name="Gain error of the detectors").first).to_be_visible()
    expect(page.get_by_label("Seed of the gains").first).to_be_visible()


def test_the_inverse_crime_has_a_number_and_a_scan_that_shows_it(
    app_url, open_page: Open, settled
) -> None:
    page = settled(open_page(f"{app_url}forward?size=64&detectors=64&width=1&step=crime"))
    said = page.locator("p", has_text="dB with the inverse crime")
    expect(said).to_be_visible()
    page.get_by_role("button", name="A scan on which it counts").click()
    expect(page).to_have_url(re.compile("image=ellipses"))
    settled(page)
    crime, finer = map(float, re.findall(r"([\d.]+) dB", said.inner_text()))
    assert crime > finer + 2
