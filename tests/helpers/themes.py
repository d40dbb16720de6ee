"""The light and the dark theme of an open page."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.helpers.waiting import eventually

# The mean of the background's channels, from 0 to 255.
BRIGHTNESS = """() => {
  const colour = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
  return colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
}"""


def shows(page: Page, *, dark: bool) -> bool:
    """Say whether a page has the dark theme, or the light one: between them it has neither."""
    brightness: float = page.evaluate(BRIGHTNESS)
    return brightness < 60 if dark else brightness > 200


def change_theme(page: Page, *, dark: bool) -> None:
    """Let the visitor's system change to a theme, and wait until the page has followed."""
    page.emulate_media(color_scheme="dark" if dark else "light")
    assert eventually(page, lambda: shows(page, dark=dark), bool)
