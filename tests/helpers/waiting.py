"""How tests wait for others, processes or the screen: as long as it takes, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = TypeVar("T")

# A cold start on a busy machine imports PyTorch, compiles and reads a disk; most waits end at once.
PATIENCE_MS = 240_000
PATIENCE = PATIENCE_MS / 1000
"""Seconds."""


def wait_until(condition: Callable[[], object]) -> None:
    """Look again and again until it is so; fail if it never is."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "It did not come."
        time.sleep(0.01)


def eventually(page: Page, look: Callable[[], T], fine: Callable[[T], bool]) -> T:
    """Look at the page until what is seen is fine, or patience ends; return what was seen last.

    For what `expect` has no words for, such as pixels. Assert on what is returned.
    """
    end = time.monotonic() + PATIENCE
    while not fine(seen := look()) and time.monotonic() < end:
        page.wait_for_timeout(50)
    return seen
