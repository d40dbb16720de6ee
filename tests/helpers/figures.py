"""Finding one's way in figures, for the tests that look at them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

APP = Path(__file__).parents[1] / "browser" / "apps" / "figures_app.py"


def figure(page: Page, alt: str) -> Locator:
    """Find a figure by its alternative text."""
    return page.get_by_role("figure", name=re.compile(alt))


def drawn(page: Page, alt: str) -> Locator:
    """Bring a figure into view, where it is drawn."""
    found = figure(page, alt)
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("data-drawn", "true")
    return found


def box(figure: Locator, panel: int) -> dict[str, float]:
    figure.scroll_into_view_if_needed()
    bounds = figure.locator(".nsewdrag").nth(panel).bounding_box()
    assert bounds is not None
    return dict(bounds)


def point(page: Page, panel: int, row: float, column: float) -> tuple[float, float]:
    """Return where on the page a pixel of a 64 × 64 panel is before any zoom."""
    b = box(figure(page, "A ramp with a hole"), panel)
    return b["x"] + (column + 0.5) / 64 * b["width"], b["y"] + (row + 0.5) / 64 * b["height"]


def ranges(figure: Locator) -> list[list[float]]:
    """Return the shown ranges of the x and y axes, in this order, as Plotly has them."""
    found: list[list[float]] = figure.evaluate(
        """element => { const layout = element.querySelector('.js-plotly-plot')._fullLayout;
        return Object.keys(layout).filter(k => /^[xy]axis\\d*$/.test(k)).sort()
        .map(k => layout[k].range) }"""
    )
    return found


def move_slider(page: Page, settled: Callable[[Page], Page]) -> None:
    run = page.get_by_text(re.compile(r"^run \d+$")).inner_text()
    page.get_by_role("slider", name="seed").press("ArrowRight")
    expect(page.get_by_text(run, exact=True)).to_have_count(0)
    settled(page)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()
