"""Operates whatever can be operated on a page, once, as a visitor would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as Late

from tests.helpers.control_names import (
    CHOOSES_A_METHOD,
    RANK,
    TOGETHER,
    Item,
    group_of,
    kind_of,
    name_of,
)
from tests.helpers.control_steps import STEPS, Steps, file_with
from tests.helpers.waiting import PATIENCE_MS

TRIES = 5
"""How often a control that is there is tried before it counts as broken."""
A_TRY_MS = 5000
"""A run of the page may take a control away meanwhile: look again rather than wait for it."""
A_SHORT_JOB_MS = 1500
"""A job that runs on after this long is stopped by its button."""
SCRIPT = (Path(__file__).parent / "controls.js").read_text()


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
            self._now = ", ".join(map(name_of, items))
            self._operate(items)
            for fault in self.page.evaluate("crawl.faults.splice(0)"):
                self._complain(fault)

    def _complain(self, fault: str) -> None:
        self.faults.append(f"{self._now} → {fault}")

    def _next(self) -> list[Item]:
        """What is operated next: one control, or several of a kind."""
        items = self._first_of(self._todo())
        if not items or kind_of(items[0]) == "tab":
            # Nothing is left here: look again once all is drawn, before leaving.
            self.settled(self.page)
            items = self._first_of(self._todo())
        if self._away and items and kind_of(items[0]) != "away":
            self.page.goto(self._home)
            self.settled(self.page)
            self._away = False
            return self._next()
        return items

    def _first_of(self, todo: list[Item]) -> list[Item]:
        # The last of a page first: what stands below depends on what stands above.
        todo = sorted(todo, key=lambda item: (RANK[kind_of(item)], -item["place"]))
        first = todo[:1]
        if not first or not self._joins(first[0]):
            return first
        kind = first[0]["kind"]
        groups = {group_of(i): i for i in todo if i["kind"] == kind and self._joins(i)}
        return list(groups.values())

    def _joins(self, item: Item) -> bool:
        """Whether it is operated side by side with others; a method brings and takes controls."""
        chooses = item["kind"] == "list" and CHOOSES_A_METHOD.match(item["key"])
        return self.together and item["kind"] in TOGETHER and bool(item["key"]) and not chooses

    def _todo(self) -> list[Item]:
        """What is to be operated yet, a button that stops a job always."""
        todo = []
        for item in self.page.evaluate("scope => crawl.inventory(scope)", self.scope):
            name = name_of(item)
            if item["kind"] in ("option", "tab") and item["chosen"]:
                self._first.setdefault(group_of(item), item["words"])
                self.done[name] = None
            if item["kind"] == "unknown":
                if name not in self.done:
                    self._complain(f"nobody knows how to operate {item['html']}")
                self.done[name] = None
            elif not item["disabled"] and (name not in self.done or kind_of(item) == "stop"):
                todo.append(item)
        return todo

    def _operate(self, items: list[Item]) -> None:
        """Take the steps of all of them side by side, with a rest after each."""
        if not self._away:
            self._home = self.page.url
            self._away = kind_of(items[0]) == "away"
        plans = {name_of(item): self._plan(item) for item in items}
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
        made = self._try(name_of(item), lambda: plan.append(self._steps(element, item)))
        return plan[0] if made else []

    def _steps(self, element: Locator, item: Item) -> Steps:
        if item["kind"] == "list":
            return self._list(element, item)
        if item["kind"] == "file":
            return file_with(self.picture, element)
        return STEPS[item["kind"]](element)

    def _try(self, name: str, step: Callable[[], object]) -> bool:
        """Take one step, unless its control has gone; say whether it was taken."""
        self.page.set_default_timeout(A_TRY_MS)
        self.page.evaluate("crawl.mark()")
        try:
            step()
        except Late as late:
            # A run of the page may have drawn it anew, and a job may have come to its end.
            self._late[name] += 1
            if self._late[name] >= TRIES and not name.endswith("Stop"):
                raise Late(f"{name}: {late}") from late
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

    def _list(self, element: Locator, item: Item) -> Steps:
        """Take the next choice that nobody has taken yet, or at last the first one."""
        group = group_of(item)
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
                self.done[name_of(item)] = None

        return [choose]

    def _read_choices(self, element: Locator) -> list[str]:
        options = self.page.get_by_role("option")
        options.first.wait_for(state="detached")  # those of another list fade away
        element.press("ArrowDown")
        options.first.wait_for()
        words = options.all_inner_texts()
        element.press("Escape")
        return words
