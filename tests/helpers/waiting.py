"""How long the tests that look at the screen wait: as long as it takes, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page

T = TypeVar("T")

# A cold start on a busy machine imports PyTorch, compiles and reads a disk; most waits end at once.
PATIENCE_MS = 240_000


def eventually(page: Page, look: Callable[[], T], fine: Callable[[T], bool]) -> T:
    """Look at the page until what is seen is fine, or patience ends; return what was seen last.

    For what `expect` has no words for, such as pixels. Assert on what is returned.
    """
    end = time.monotonic() + PATIENCE_MS / 1000
    while not fine(seen := look()) and time.monotonic() < end:
        page.wait_for_timeout(50)
    return seen
