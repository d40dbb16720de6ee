"""Whether the controls of a step and the picture they move are seen at once, without scrolling."""

from playwright.sync_api import Page

NAVIGATION = 48
"""Height in CSS pixels of what stays at the top of the window."""
ROWS = 500
"""Of a figure of many rows, or a long table, so many CSS pixels are to be seen with a control."""
SPANS = """(rows) => {
    const main = document.querySelector('[data-testid=stMain]');
    const kinds = ['stSlider', 'stButtonGroup', 'stRadio', 'stSelectbox', 'stCheckbox',
        'stNumberInput', 'stMultiSelect'].map((kind) => `[data-testid=${kind}]`).join(',');
    const seen = (selector) => [...main.querySelectorAll(selector)]
        .filter((e) => e.checkVisibility({visibilityProperty: true}))
        .filter((e) => !e.closest('.st-key-page_header'))
        .map((e) => [e, e.getBoundingClientRect()]);
    const figures = seen('[role=figure], table').filter(([, box]) => box.height > 60);
    return Object.fromEntries(seen(kinds).map(([control, box]) => [
        control.innerText.split('\\n')[0],
        Math.min(...figures.map(([, figure]) =>
            Math.max(box.bottom, figure.top + Math.min(figure.height, rows))
                - Math.min(box.top, figure.bottom - Math.min(figure.height, rows)))),
    ]));
}"""


def assert_on_one_screen(page: Page) -> None:
    """Assert that each control of a page at rest fits the window with the figure next to it.

    A table that a control changes is as good as a figure. What is folded away is not seen.
    """
    size = page.viewport_size
    assert size is not None
    spans = page.evaluate(SPANS, ROWS)
    room = size["height"] - NAVIGATION
    assert {name: span for name, span in spans.items() if span > room} == {}
