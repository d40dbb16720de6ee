"""Parts of a page that look at running jobs again and again, as often as the server can bear."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.jobs.job import Job
from core.ui.controls import permalink
from core.ui.workbench.job_status import wait_for

POLL_SECONDS = 0.4
"""Time between two looks of a visitor, where there are few."""
TURN_SECONDS = 0.05
"""Time between two looks of any visitors. A look takes about 10 ms of the one thread that runs
Python at a time; if fifty visitors looked as often as one does, the jobs would never end."""


class Turns:
    """A queue in which everybody waits for a turn of `seconds`."""

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = -float("inf")

    def wait(self) -> None:
        """Wait for the next turn that is free; at once where nobody waits."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._seconds
        if turn > now:
            self._sleep(turn - now)


TURNS = Turns(TURN_SECONDS)


def watch(draw: Callable[[], Sequence[Job[Any] | None]], *, busy: bool) -> None:
    """Draw jobs in a fragment, again and again while they are `busy`.

    `draw` returns the jobs that it has drawn. Once they are over, the whole page runs once more.
    """

    @st.fragment(run_every=POLL_SECONDS if busy else None)
    def look() -> None:
        if busy and not permalink.current().whole_page:
            TURNS.wait()
        permalink.run_whole_page()
        jobs = draw()
        if busy and not wait_for(jobs):
            st.rerun()

    look()
