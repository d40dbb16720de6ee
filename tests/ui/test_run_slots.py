"""Runs of pages take turns: in order, a few at a time, and one that takes long is not counted."""

from __future__ import annotations

import threading
import time

import pytest

from core.ui.run_slots import RunSlots
from tests.helpers.waiting import wait_until

DEADLINE = 20.0


class Run:
    """A run in a thread of its own: it notes when it begins and holds its slot until told."""

    def __init__(self, slots: RunSlots, begun: list[int], number: int) -> None:
        self._end, self._begun = threading.Event(), begun
        self._thread = threading.Thread(target=self._run, args=(slots, number), daemon=True)
        self._thread.start()

    def _run(self, slots: RunSlots, number: int) -> None:
        with slots.one():
            self._begun.append(number)
            self._end.wait(DEADLINE)

    def end(self) -> None:
        self._end.set()
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()


def queue(slots: RunSlots, count: int) -> tuple[list[Run], list[int]]:
    """So many runs, each of which has come to the queue before the next one does."""
    begun: list[int] = []
    runs = []
    for number in range(count):
        runs.append(Run(slots, begun, number))
        wait_until(lambda number=number: len(begun) + len(slots._queue) > number)
    return runs, begun


def test_no_more_runs_at_once_than_there_are_slots_and_the_others_in_order():
    slots = RunSlots(2, 1000.0)
    runs, begun = queue(slots, 6)
    wait_until(lambda: begun == [0, 1])
    for number, run in enumerate(runs):
        time.sleep(0.01)
        assert begun == list(range(min(6, number + 2)))
        run.end()
        wait_until(lambda number=number: len(begun) == min(6, number + 3))


def test_a_run_that_computes_for_long_keeps_nobody_waiting():
    now = 0.0
    slots = RunSlots(1, 0.25, clock=lambda: now)
    runs, begun = queue(slots, 2)
    time.sleep(0.05)
    assert begun == [0]
    now = 0.26  # the waiting run looks again when the lease of the first one is over
    wait_until(lambda: begun == [0, 1])
    for run in runs:
        run.end()


def test_a_run_that_fails_gives_its_slot_back():
    slots = RunSlots(1, 1000.0)
    with pytest.raises(ZeroDivisionError), slots.one():
        raise ZeroDivisionError
    (run,), begun = queue(slots, 1)
    wait_until(lambda: begun == [0])
    run.end()


def test_one_alone_does_not_wait_at_all():
    asked = []
    slots = RunSlots(1, 0.25, clock=lambda: asked.append(1) or 0.0)
    with slots.one():
        pass
    assert len(asked) == 1
