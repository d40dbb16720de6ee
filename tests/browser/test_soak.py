"""Three visitors use the laboratory at random for a long time: nothing breaks, nothing piles up."""

from __future__ import annotations

import os
import random
import re
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Error, Page, expect

from tests.helpers.crawler import SCRIPT
from tests.helpers.waiting import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.soak]

SMALL = "size=64&detectors=32&width=2&angles=20"
PAGES = re.findall(r"pages/(\w+)\.py", (Path(__file__).parents[2] / "streamlit_app.py").read_text())
USED = (
    "slider",
    "number",
    "toggle",
    "pill",
    "list",
    "option",
    "tab",
    "fold",
    "button",
    "play",
    "frame",
)
WARM_UP = 0.7
"""The share of the time after which the memory counts: by then all caches have filled."""
TOLERANCE = 0.05
A_TRY_MS = 1500


class Visitor:
    """One browser, which does one thing at a time, whatever there is to do."""

    def __init__(self, page: Page, seed: int, url: str) -> None:
        self.page = page
        self.url = url
        self.draw = random.Random(seed)
        self.faults: list[str] = []
        self.done = 0
        self.now = "opened"
        page.on("pageerror", lambda error: self.faults.append(f"{self.now} → {error}"))

    def act(self) -> None:
        """Go to another page, or operate something on this one; see that nothing has broken."""
        self.done += 1
        try:
            if self.draw.random() < 0.06:
                name = self.draw.choice(PAGES)
                self.now = f"page {name}"
                self.page.goto(f"{self.url}{'' if name == 'home' else name}?{SMALL}")
            else:
                self._operate()
        except Error:
            return  # what was chosen has gone meanwhile
        self.faults += [f"{self.now} → {fault}" for fault in self._faults()]

    def _faults(self) -> list[str]:
        with suppress(Error):
            return list(self.page.evaluate("window.crawl ? crawl.faults.splice(0) : []"))
        return []

    def _operate(self) -> None:
        scope = self.draw.choice(["stMain", "stMain", "stMain", "stSidebarUserContent"])
        items = self.page.evaluate("scope => window.crawl?.inventory(scope) ?? []", scope)
        items = [item for item in items if item["kind"] in USED and not item["disabled"]]
        if not items:
            return
        item = self.draw.choice(items)
        self.now = f"{item['kind']} {item['key']} {item['words']}"
        element = self.page.locator(f'[data-crawl="{item["place"]}"]')
        self.page.set_default_timeout(A_TRY_MS)
        match item["kind"]:
            case "slider" | "frame" if "size" not in item["key"]:
                element.press(self.draw.choice(["ArrowLeft", "ArrowRight", "PageUp", "PageDown"]))
            case "number":
                element.press(self.draw.choice(["ArrowUp", "ArrowDown"]))
                element.press("Enter")
            case "toggle":
                element.press("Space")
            case "list":
                element.press("ArrowDown")
                options = self.page.get_by_role("option")
                options.nth(self.draw.randrange(max(1, options.count()))).click()
            case "slider" | "frame":
                return
            case _:
                element.click()


def test_a_long_time_of_random_use(fresh_app_url: str, open_page: Callable[..., Page]) -> None:
    seconds = 60 * float(os.environ.get("MINUTES", "20"))
    server = _process_at(fresh_app_url)
    visitors = [
        Visitor(open_page(f"{fresh_app_url}{name}?{SMALL}", script=SCRIPT), seed, fresh_app_url)
        for seed, name in enumerate(("forward", "classical_inversion", "learned_methods"))
    ]
    started, memory = time.monotonic(), []
    while (now := time.monotonic() - started) < seconds:
        for visitor in visitors:
            visitor.act()
            visitor.page.wait_for_timeout(150)
        memory.append((now / seconds, server.memory_info().rss / 1e6))
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.page.set_default_timeout(PATIENCE_MS)
        visitor.page.goto(f"{fresh_app_url}classical_inversion?{SMALL}")
        expect(visitor.page.locator("[data-testid=stProgress]")).to_have_count(0)
    warm = [mb for share, mb in memory if share > WARM_UP]
    third = len(warm) // 3
    early, late = statistics.median(warm[:third]), statistics.median(warm[-third:])
    print(f"\n{sum(v.done for v in visitors)} actions, memory {early:.0f} → {late:.0f} MB")
    for share, mb in memory[:: max(1, len(memory) // 20)]:
        print(f"{share:5.0%} {mb:6.0f} MB")
    assert faults == []
    assert late < (1 + TOLERANCE) * early


def _process_at(url: str) -> psutil.Process:
    """The process that listens at an address."""
    port = int(url.rsplit(":", 1)[1].strip("/"))
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            for one in process.net_connections("tcp"):
                if one.status == psutil.CONN_LISTEN and one.laddr[1] == port:
                    return process
    raise LookupError(f"Nobody listens at {url}.")
