"""What is done to a control of each kind, and then undone where it can be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Locator

Steps = list[Callable[[], object]]
"""What is done to a control one after the other, with a run of the page in between."""
SET_VALUE = """(element, value) => {
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    set.call(element, value);
    element.dispatchEvent(new Event('input', { bubbles: true }));
}"""


def slider(element: Locator) -> Steps:
    value, low, step = element.evaluate("e => [e.value, e.min, e.step].map(Number)")

    def restore() -> None:
        if value > low:
            element.evaluate(SET_VALUE, str(value - step))
            element.press("ArrowRight")

    return [partial(element.press, "End"), partial(element.press, "Home"), restore]


def frame(element: Locator) -> Steps:
    return [partial(element.press, "Home"), partial(element.press, "End")]


def number(element: Locator) -> Steps:
    value = element.input_value()

    def press(key: str) -> None:
        element.press(key)
        element.press("Enter")

    def restore() -> None:
        element.fill(value)
        element.press("Enter")

    return [partial(press, "ArrowDown"), partial(press, "ArrowUp"), restore]


def text(element: Locator) -> Steps:
    """Write a list of numbers, then what is none, and what was there at first."""

    def write(text: str) -> None:
        element.fill(text)
        element.press("Control+Enter")

    texts = ("0, 30, 60, 90", "north", element.input_value())
    return [partial(write, text) for text in texts]


def toggle(element: Locator) -> Steps:
    return [partial(element.press, "Space")] * 2


def pill(element: Locator) -> Steps:
    def again() -> None:
        if element.is_enabled():  # what clears a drawing has nothing to do any more
            element.click()

    return [element.click, again]


def click(element: Locator) -> Steps:
    return [element.click]


def file_with(picture: Path, element: Locator) -> Steps:
    field = element.locator("xpath=ancestor-or-self::*[@data-testid='stFileUploader']")
    chooser = field.locator("input[type=file]")
    return [partial(chooser.set_input_files, picture)]


STEPS: dict[str, Callable[[Locator], Steps]] = {
    "slider": slider,
    "frame": frame,
    "number": number,
    "text": text,
    "toggle": toggle,
    "pill": pill,
    "play": pill,
    **dict.fromkeys(
        ("option", "sort", "tab", "fold", "button", "download", "link", "figure"), click
    ),
}
"""What is done to a control of a kind for which its element is all there is to know."""
