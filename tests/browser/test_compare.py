"""The page Compare in a real browser: a small comparison is run, sorted, and survives a reload."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SMALL = "size=64&detectors=32&width=2&angles=20&noise=gaussian&noise_level=0.02"


def rows_of(page: Page) -> Locator:
    return page.get_by_role("table", name="The scores of each method").locator("tbody tr")


def column(page: Page, number: int) -> list[float]:
    texts = rows_of(page).locator(f"td:nth-of-type({number})").all_inner_texts()
    return [float(text.partition(" ")[0].replace("−", "-")) for text in texts]


def start(page: Page, name: str) -> None:
    """Press a button, unless the store remembers its result from an earlier run."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_visible()
    if button.is_enabled():
        button.click()


def test_a_comparison_is_run_sorted_and_found_again(app_url, open_page, settled) -> None:
    query = f"{SMALL}&methods=tv,back_projection,fbp,cgls,fista&tuning=default,rule"
    page: Page = open_page(f"{app_url}compare?{query}")
    start(page, "Compare the methods")
    # FBP, CGLS and FISTA are there twice.
    expect(rows_of(page)).to_have_count(8)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    settled(page)
    first = rows_of(page).locator("th").all_inner_texts()
    assert first[:2] == ["Total variation, tuned", "Back-projection"]
    for name in ("SNR / dB", "SNR / dB ↓"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("columnheader", name="SNR / dB ↑")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page).to_have_url(re.compile("sort=snr&falling=false"))
    rising = column(page, 2)
    assert rising == sorted(rising)
    settled(page)
    page.reload()
    settled(page)
    expect(rows_of(page)).to_have_count(8)
    assert column(page, 2) == rising
    for alt in ("How good the image of each method", "Reconstruction of CGLS", "Values along row"):
        expect(page.get_by_role("figure", name=re.compile(alt)).first).to_be_visible()
    page.get_by_role("radio", name="Errors").click()
    expect(page).to_have_url(re.compile("show=errors"))
    expect(page.get_by_role("figure", name=re.compile("Error of CGLS")).first).to_be_visible()


def test_a_comparison_that_is_stopped_keeps_the_rows_that_are_done(
    app_url, open_page: Callable[..., Page]
) -> None:
    query = f"{SMALL}&methods=fbp,deep_image_prior,red"
    page = open_page(f"{app_url}compare?{query}", dark=True)
    start(page, "Compare the methods")
    expect(rows_of(page).first).to_contain_text("Filtered back-projection")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    expect(rows_of(page).first).to_contain_text("Filtered back-projection")
    expect(page.get_by_role("button", name="Compare the methods")).to_be_enabled()


def test_a_sweep_shows_its_curves_and_the_gains(app_url, open_page, settled) -> None:
    query = f"{SMALL}&step=sweep&sweep.along=arc&sweep.methods=tv,fbp,cgls&sweep.slices=2"
    page: Page = open_page(f"{app_url}compare?{query}", width=1920)
    start(page, "Run the sweep")
    gains = page.locator("table", has_text="over TV").locator("tbody tr")
    expect(gains).to_have_count(3)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    settled(page)
    assert gains.locator("td:nth-child(2)").all_inner_texts() == ["14"] * 3
    assert gains.first.inner_text().startswith("Total variation, tuned")
    alt = re.compile("of each method along the sweep")
    expect(page.get_by_role("figure", name=alt)).to_be_visible()


def test_the_overview_says_what_each_method_promises(app_url, open_page) -> None:
    page: Page = open_page(f"{app_url}compare?{SMALL}&step=overview")
    row = page.locator("tr", has_text="Deep image prior")
    assert row.locator("td").nth(2).inner_text() == "no"
    expect(row).to_contain_text("not convex")
