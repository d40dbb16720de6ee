"""Operates whatever can be operated on a page, once, as a visitor would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as Late

from tests.helpers.waiting import PATIENCE_MS

TRIES = 3
"""How often a control is tried before it counts as broken."""
SCRIPT = (Path(__file__).parent / "controls.js").read_text()
# A job that runs on after this long is stopped by its button.
A_SHORT_JOB_MS = 1500
# What reveals more comes before what takes something away, and a tab is left when all is done.
ORDER = (
    ("stop",),
    ("fold",),
    ("slider", "number", "text", "toggle", "pill", "play", "frame", "figure", "download", "file"),
    ("button",),
    ("list", "option"),
    ("link", "away"),
    ("tab",),
)
RANK = {kind: rank for rank, kinds in enumerate(ORDER) for kind in kinds}
# These set many controls at once, and come one after the other, before the page is opened again.
AWAY = re.compile(r"^(scene|preset|fit|add)-")
# A method's parameters and the lists of methods are the same in all three places.
PLACE = re.compile(r"^(?:[abc]-|method-[ABC]-)")
SET_VALUE = """(element, value) => {
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    set.call(element, value);
    element.dispatchEvent(new Event('input', { bubbles: true }));
}"""

Item = dict[str, Any]


class Crawler:
    """Finds the controls of one page by their roles and operates each of them once.

    Each slider goes to both its ends, each toggle and pill there and back, each list and row of
    buttons through all its choices and back to the first; the values that were there are restored.
    Methods stand in three places with the same choices and parameters: one of them will do.
    Whatever appears meanwhile is operated too, and a job that takes long is stopped.

    faults : what went wrong, with the control after which it did.
    done : names of the controls and choices that were operated.
    """

    def __init__(
        self, page: Page, settled: Callable[[Page], Page], picture: Path, scope: str = "stMain"
    ) -> None:
        self.page = page
        self.settled = settled
        self.picture = picture
        self.scope = scope
        self.faults: list[str] = []
        self.done: dict[str, None] = {}
        self._home = page.url
        self._away = False
        self._first: dict[str, str] = {}  # the choice that a list or a row had at first
        self._late: Counter[str] = Counter()
        self._now = "opened"
        page.on("pageerror", lambda error: self._complain(f"page error: {error}"))

    def crawl(self) -> None:
        """Go on until nothing is left."""
        self.settled(self.page)
        while (item := self._next()) is not None:
            self._now = self._name(item)
            self._operate(item)
            self._wait()
            if item["kind"] in ("button", "link") and self.page.url != self._home:
                self._away = True
            for fault in self.page.evaluate("crawl.faults.splice(0)"):
                self._complain(fault)

    def _complain(self, fault: str) -> None:
        self.faults.append(f"{self._now} → {fault}")

    def _next(self) -> Item | None:
        item = self._first_of(self._todo())
        if item is None or self._kind(item) == "tab":
            # Nothing is left here: look again once all is drawn, before leaving.
            self.settled(self.page)
            item = self._first_of(self._todo())
        if self._away and item is not None and self._kind(item) != "away":
            self.page.goto(self._home)
            self.settled(self.page)
            self._away = False
            return self._next()
        return item

    def _first_of(self, items: list[Item]) -> Item | None:
        # The last of a page first: what stands below depends on what stands above.
        return min(items, key=lambda i: (RANK[self._kind(i)], -i["place"]), default=None)

    def _todo(self) -> list[Item]:
        """What is to be operated yet, a button that stops a job always."""
        todo = []
        for item in self.page.evaluate("scope => crawl.inventory(scope)", self.scope):
            name = self._name(item)
            if item["kind"] in ("option", "tab") and item["chosen"]:
                self._first.setdefault(self._group(item), item["words"])
                self.done[name] = None
            if item["kind"] == "unknown":
                if name not in self.done:
                    self._complain(f"nobody knows how to operate {item['html']}")
                self.done[name] = None
            elif not item["disabled"] and (name not in self.done or self._kind(item) == "stop"):
                todo.append(item)
        return todo

    @staticmethod
    def _kind(item: Item) -> str:
        """How to rank it."""
        if item["kind"] == "button" and item["words"] == "Stop":
            return "stop"
        return "away" if item["kind"] == "button" and AWAY.match(item["key"]) else item["kind"]

    @staticmethod
    def _group(item: Item) -> str:
        return f"{item['kind']} {PLACE.sub('', item['key'])}"

    @staticmethod
    def _name(item: Item) -> str:
        """What tells a control from the others; a list in each place is one to operate."""
        many = item["kind"] in ("option", "pill", "tab") or not item["key"]
        key = item["key"] if item["kind"] == "list" else PLACE.sub("", item["key"])
        return " ".join((item["kind"], key, item["words"] if many else "")).strip()

    def _operate(self, item: Item) -> None:
        element = self.page.locator(f'[data-crawl="{item["place"]}"]')
        if not self._away:
            self._home = self.page.url
        operate: Callable[[Locator, Item], None] = getattr(self, f"_{item['kind']}")
        self._mark()
        try:
            operate(element, item)
        except Late:
            # A run of the page may have drawn it anew, and a job may have come to its end.
            self._late[self._name(item)] += 1
            if self._late[self._name(item)] < TRIES or self._kind(item) == "stop":
                return
            raise
        if item["kind"] != "list":
            self.done[self._name(item)] = None

    def _mark(self) -> None:
        self.page.evaluate("crawl.mark()")

    def _rest(self) -> None:
        """Wait until the script rests, for another operation on the same control."""
        self.page.wait_for_function("window.crawl?.rests()", timeout=PATIENCE_MS)
        self._mark()

    def _wait(self) -> None:
        """Wait until the script rests; a job is given a moment."""
        self.page.wait_for_function("window.crawl?.rests()", timeout=PATIENCE_MS)
        done = "!document.querySelector('[data-testid=stProgress]') && crawl.rests()"
        try:
            self.page.wait_for_function(done, timeout=A_SHORT_JOB_MS)
        except Late:
            return

    def _slider(self, element: Locator, item: Item) -> None:
        value, low, step = element.evaluate("e => [e.value, e.min, e.step].map(Number)")
        for end in ("End", "Home"):
            element.press(end)
            self._rest()
        if value > low:
            element.evaluate(SET_VALUE, str(value - step))
            element.press("ArrowRight")

    def _frame(self, element: Locator, item: Item) -> None:
        element.press("Home")
        self._rest()
        element.press("End")

    def _number(self, element: Locator, item: Item) -> None:
        value = element.input_value()
        for key in ("ArrowDown", "ArrowUp"):
            element.press(key)
            element.press("Enter")
            self._rest()
        element.fill(value)
        element.press("Enter")

    def _text(self, element: Locator, item: Item) -> None:
        """Write a list of numbers, then what is none, and what was there at first."""
        value = element.input_value()
        for text in ("0, 30, 60, 90", "north", value):
            element.fill(text)
            element.press("Control+Enter")
            self._rest()

    def _toggle(self, element: Locator, item: Item) -> None:
        element.press("Space")
        self._rest()
        element.press("Space")

    def _pill(self, element: Locator, item: Item) -> None:
        element.click()
        self._rest()
        element.click()

    _play = _pill

    def _list(self, element: Locator, item: Item) -> None:
        """Take the next choice that nobody has taken yet, or at last the first one."""
        group = self._group(item)
        first = self._first.setdefault(item["key"], element.input_value())
        options = self._opened(element)
        words = options.all_inner_texts()
        left = [w for w in words if f"{group} {w}" not in self.done and w != first]
        choice = left[0] if left else first
        self.done[f"{group} {choice}"] = None
        if not left:
            self.done[self._name(item)] = None
        options.nth(words.index(choice)).click()

    def _opened(self, element: Locator) -> Locator:
        """The options of a list; it is opened again where a run of the page has closed it."""
        options = self.page.get_by_role("option")
        for _ in range(TRIES - 1):
            with suppress(Late):
                element.press("ArrowDown", timeout=3000)
                options.first.wait_for(timeout=3000)
                return options
        raise Late("The list does not open.")

    def _click(self, element: Locator, item: Item) -> None:
        element.click(timeout=2000 if self._kind(item) == "stop" else None)

    _option = _tab = _fold = _button = _download = _link = _figure = _click

    def _file(self, element: Locator, item: Item) -> None:
        self.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
            self.picture
        )
