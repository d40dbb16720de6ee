"""Runs of pages take turns: under a whole class each of them is answered sooner for it.

One thread at a time runs Python, and they change every few milliseconds. Fifty runs at once would
all end late, and between any two of their messages the server would wait for all the others. A few
at a time, in the order in which they came, take as long together, and the first end at once.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLOTS = 2
"""Runs at once: while one waits for a disk or a lock, another one goes on."""
LEASE_SECONDS = 0.25
"""A run that takes longer computes or waits for a job, and is not counted any more."""


class RunSlots:
    """At most `slots` runs at once that are younger than `lease` seconds; others wait in order."""

    def __init__(
        self, slots: int, lease: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._slots = slots
        self._lease = lease
        self._clock = clock
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._begun: dict[threading.Event, float] = {}

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a slot, and hold it."""
        run = threading.Event()
        self._enter(run)
        try:
            yield
        finally:
            with self._lock:
                del self._begun[run]
                self._call_first()

    def _enter(self, run: threading.Event) -> None:
        with self._lock:
            self._queue.append(run)
        patience: float | None = 0.0
        while True:
            run.wait(patience)
            with self._lock:
                run.clear()
                patience = self._try(run)
                if patience == 0:
                    return

    def _try(self, run: threading.Event) -> float | None:
        """Take a slot if it is this run's turn; else the seconds until a slot is free at last."""
        if self._queue[0] is not run:
            return None  # it is called when it is the first
        now = self._clock()
        ends = [begun + self._lease - now for begun in self._begun.values()]
        counted = [end for end in ends if end > 0]
        if len(counted) >= self._slots:
            return min(counted)
        self._queue.popleft()
        self._begun[run] = now
        self._call_first()
        return 0.0

    def _call_first(self) -> None:
        if self._queue:
            self._queue[0].set()


RUN_SLOTS = RunSlots(SLOTS, LEASE_SECONDS)
