"""The page on uncertainty in a real browser: a player over the samples, and the calibration."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.one_screen import assert_on_one_screen
from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

SMALL = "size=64&angles=10&detectors=32&detector_width=2&noise=gaussian"
FEW = "samples=4&diffpir.steps=5&calibrate.slices=2"


def start(page: Page, name: str) -> None:
    """Press a button, unless the store remembers its result from an earlier run."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_visible()
    if button.is_enabled():
        button.click()


def test_samples_play_and_their_spread_is_calibrated(
    app_url: str, open_page: Callable[..., Page], settled: Callable[[Page], Page]
) -> None:
    page = open_page(f"{app_url}uncertainty?{SMALL}&{FEW}&step=plausible", dark=True)
    start(page, "Draw samples")
    expect(page.get_by_text(re.compile("^4 samples, "))).to_be_visible()
    settled(page)
    caption = page.get_by_text(re.compile(r"^SNR [\d.]+ dB, residual [\d.]+$")).first
    before = caption.inner_text()
    slider = page.get_by_role("slider", name="number of the sample")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_role("status").filter(has_text="sample")).to_have_text("sample 2")
    assert eventually(page, caption.inner_text, lambda now: now != before) != before
    for alt in ("The mean of the samples", "The standard deviation", "The residual of each"):
        expect(page.get_by_role("figure", name=re.compile(alt)).first).to_be_visible()
    assert_on_one_screen(settled(page))

    page.get_by_role("tab", name="Is it honest?").click()
    start(settled(page), "Calibrate on the other slices")
    expect(page.get_by_role("cell", name="Coverage, × α")).to_be_visible()
    settled(page)
    for alt in ("Reliability", "Coverage of the 90 % interval by quarter"):
        expect(page.get_by_role("figure", name=re.compile(alt)).first).to_be_visible()
    expect(page).to_have_url(re.compile("step=honest"))
