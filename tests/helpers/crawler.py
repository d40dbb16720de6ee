"""Operates whatever can be operated on a page, once, as a visitor would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as Late

from tests.helpers.waiting import PATIENCE_MS

TRIES = 5
"""How often a control that is there is tried before it counts as broken."""
A_TRY_MS = 5000
"""A run of the page may take a control away meanwhile: look again rather than wait for it."""
SCRIPT = (Path(__file__).parent / "controls.js").read_text()
# A job that runs on after this long is stopped by its button.
A_SHORT_JOB_MS = 1500
# What reveals more comes before what takes something away, and a tab is left when all is done.
ORDER = (
    ("stop",),
    ("fold",),
    (
        "slider",
        "number",
        "text",
        "toggle",
        "pill",
        "play",
        "frame",
        "figure",
        "sort",
        "download",
        "file",
    ),
    ("button",),
    ("list", "option"),
    ("link", "away"),
    ("tab",),
)
RANK = {kind: rank for rank, kinds in enumerate(ORDER) for kind in kinds}
# Controls of one of these kinds are operated side by side, for one run of the page.
TOGETHER = ("slider", "number", "text", "toggle", "pill", "list", "option")
# These set many controls at once, and come one after the other, before the page is opened again.
AWAY = re.compile(r"^(scene|preset|fit|add)-")
# A method's parameters and the lists of methods are the same in all three places.
PLACE = re.compile(r"^(?:[abc]-|method-[ABC]-)")
CHOOSES_A_METHOD = re.compile(r"^method-[ABC]-")
SET_VALUE = """(element, value) => {
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    set.call(element, value);
    element.dispatchEvent(new Event('input', { bubbles: true }));
}"""

Item = dict[str, Any]
Steps = list[Callable[[], object]]
"""What is done to a control one after the other, with a run of the page in between."""


class Crawler:
    """Finds the controls of one page by their roles and operates each of them once.

    Each slider goes to both its ends, each toggle and pill there and back, each list and row of
    buttons through all its choices and back to the first; the values that were there are restored.
    Methods stand in three places with the same choices and parameters: one of them will do.
    Whatever appears meanwhile is operated too, and a job that takes long is stopped.

    together : Controls of one kind that stand there at the same time are operated side by side:
        all sliders go to one end, then all of them to the other. Where the ends of all sliders at
        once make a problem too large, each is operated by itself.
    faults : what went wrong, with the controls after which it did.
    done : names of the controls and choices that were operated.
    """

    def __init__(
        self,
        page: Page,
        settled: Callable[[Page], Page],
        picture: Path,
        *,
        scope: str = "[data-testid=stMain]",
        together: bool = True,
    ) -> None:
        self.page = page
        self.settled = settled
        self.picture = picture
        self.scope = scope
        self.together = together
        self.faults: list[str] = []
        self.done: dict[str, None] = {}
        self._home = page.url
        self._away = False
        self._first: dict[str, str] = {}  # the choice that a list or a row had at first
        self._choices: dict[str, list[str]] = {}  # of a list
        self._late: Counter[str] = Counter()
        self._now = "opened"
        page.on("pageerror", lambda error: self._complain(f"page error: {error}"))

    def crawl(self) -> None:
        """Go on until nothing is left."""
        self.settled(self.page)
        while items := self._next():
            self._now = ", ".join(map(self._name, items))
            self._operate(items)
            for fault in self.page.evaluate("crawl.faults.splice(0)"):
                self._complain(fault)

    def _complain(self, fault: str) -> None:
        self.faults.append(f"{self._now} → {fault}")

    def _next(self) -> list[Item]:
        """What is operated next: one control, or several of a kind."""
        items = self._first_of(self._todo())
        if not items or self._kind(items[0]) == "tab":
            # Nothing is left here: look again once all is drawn, before leaving.
            self.settled(self.page)
            items = self._first_of(self._todo())
        if self._away and items and self._kind(items[0]) != "away":
            self.page.goto(self._home)
            self.settled(self.page)
            self._away = False
            return self._next()
        return items

    def _first_of(self, todo: list[Item]) -> list[Item]:
        # The last of a page first: what stands below depends on what stands above.
        todo = sorted(todo, key=lambda item: (RANK[self._kind(item)], -item["place"]))
        first = todo[:1]
        if not first or not self._joins(first[0]):
            return first
        kind = first[0]["kind"]
        groups = {self._group(i): i for i in todo if i["kind"] == kind and self._joins(i)}
        return list(groups.values())

    def _joins(self, item: Item) -> bool:
        """Whether it is operated side by side with others; a method brings and takes controls."""
        chooses = item["kind"] == "list" and CHOOSES_A_METHOD.match(item["key"])
        return self.together and item["kind"] in TOGETHER and bool(item["key"]) and not chooses

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
        many = item["kind"] in ("option", "pill", "sort", "tab") or not item["key"]
        key = item["key"] if item["kind"] == "list" else PLACE.sub("", item["key"])
        return " ".join((item["kind"], key, item["words"] if many else "")).strip()

    def _operate(self, items: list[Item]) -> None:
        """Take the steps of all of them side by side, with a rest after each."""
        if not self._away:
            self._home = self.page.url
            self._away = self._kind(items[0]) == "away"
        plans = {self._name(item): self._plan(item) for item in items}
        for turn in range(max((len(plan) for plan in plans.values()), default=0)):
            for name in list(plans):
                if turn < len(plans[name]) and not self._try(name, plans[name][turn]):
                    del plans[name]
            self._rest()
        self._wait_for_jobs()
        self.done |= dict.fromkeys(name for name in plans if not name.startswith("list "))
        if items[0]["kind"] in ("button", "link") and self.page.url != self._home:
            self._away = True

    def _plan(self, item: Item) -> Steps:
        element = self.page.locator(f'[data-crawl="{item["place"]}"]')
        plan: list[Steps] = []
        make: Callable[[Locator, Item], Steps] = getattr(self, f"_{item['kind']}")
        made = self._try(self._name(item), lambda: plan.append(make(element, item)))
        return plan[0] if made else []

    def _try(self, name: str, step: Callable[[], object]) -> bool:
        """Take one step, unless its control has gone; say whether it was taken."""
        self.page.set_default_timeout(A_TRY_MS)
        self.page.evaluate("crawl.mark()")
        try:
            step()
        except Late:
            # A run of the page may have drawn it anew, and a job may have come to its end.
            self._late[name] += 1
            if self._late[name] >= TRIES and not name.endswith("Stop"):
                raise
            return False
        finally:
            self.page.set_default_timeout(PATIENCE_MS)
        return True

    def _rest(self) -> None:
        """Wait until the script rests after the last step."""
        self.page.wait_for_function("window.crawl?.rests()", timeout=PATIENCE_MS)

    def _wait_for_jobs(self) -> None:
        """Give jobs that may have begun a moment."""
        done = "!document.querySelector('[data-testid=stProgress]') && crawl.rests()"
        with suppress(Late):
            self.page.wait_for_function(done, timeout=A_SHORT_JOB_MS)

    def _slider(self, element: Locator, item: Item) -> Steps:
        value, low, step = element.evaluate("e => [e.value, e.min, e.step].map(Number)")

        def restore() -> None:
            if value > low:
                element.evaluate(SET_VALUE, str(value - step))
                element.press("ArrowRight")

        return [partial(element.press, "End"), partial(element.press, "Home"), restore]

    def _frame(self, element: Locator, item: Item) -> Steps:
        return [partial(element.press, "Home"), partial(element.press, "End")]

    def _number(self, element: Locator, item: Item) -> Steps:
        value = element.input_value()

        def press(key: str) -> None:
            element.press(key)
            element.press("Enter")

        def restore() -> None:
            element.fill(value)
            element.press("Enter")

        return [partial(press, "ArrowDown"), partial(press, "ArrowUp"), restore]

    def _text(self, element: Locator, item: Item) -> Steps:
        """Write a list of numbers, then what is none, and what was there at first."""

        def write(text: str) -> None:
            element.fill(text)
            element.press("Control+Enter")

        texts = ("0, 30, 60, 90", "north", element.input_value())
        return [partial(write, text) for text in texts]

    def _toggle(self, element: Locator, item: Item) -> Steps:
        return [partial(element.press, "Space")] * 2

    def _pill(self, element: Locator, item: Item) -> Steps:
        def again() -> None:
            if element.is_enabled():  # what clears a drawing has nothing to do any more
                element.click()

        return [element.click, again]

    _play = _pill

    def _list(self, element: Locator, item: Item) -> Steps:
        """Take the next choice that nobody has taken yet, or at last the first one."""
        group = self._group(item)
        first = self._first.setdefault(item["key"], element.input_value())
        if item["key"] not in self._choices:
            self._choices[item["key"]] = self._read_choices(element)
        left = [
            word
            for word in self._choices[item["key"]]
            if f"{group} {word}" not in self.done and word != first
        ]
        choice = left[0] if left else first

        def choose() -> None:
            if choice.startswith(element.input_value()):
                # Streamlit takes what the field holds off what is typed: take it from the list.
                element.press("ArrowDown")
                words = re.compile(f"^{re.escape(choice)}$")
                self.page.get_by_role("option").filter(has_text=words).click()
            else:
                # A run of the page closes an open list; what is typed stays.
                element.fill(choice)
                element.press("Enter")
            if element.input_value() != choice:
                raise Late(f"The list does not take {choice!r}.")
            self.done[f"{group} {choice}"] = None
            if not left:
                self.done[self._name(item)] = None

        return [choose]

    def _read_choices(self, element: Locator) -> list[str]:
        options = self.page.get_by_role("option")
        options.first.wait_for(state="detached")  # those of another list fade away
        element.press("ArrowDown")
        options.first.wait_for()
        words = options.all_inner_texts()
        element.press("Escape")
        return words

    def _click(self, element: Locator, item: Item) -> Steps:
        return [element.click]

    _option = _sort = _tab = _fold = _button = _download = _link = _figure = _click

    def _file(self, element: Locator, item: Item) -> Steps:
        field = element.locator("xpath=ancestor-or-self::*[@data-testid='stFileUploader']")
        chooser = field.locator("input[type=file]")
        return [partial(chooser.set_input_files, self.picture)]
