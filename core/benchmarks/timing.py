"""A row of the benchmark, and how two things are timed against each other."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: `ours` should be `at_least` times smaller than `baseline`.

    `baseline` and `ours` are in `unit`; `at_least` and `aim` are None where the plan sets none.
    """

    what: str
    against: str
    baseline: float
    ours: float
    unit: str = "ms"
    at_least: float | None = None
    aim: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times less ours takes."""
        return self.baseline / self.ours


class NotMeasured(Exception):  # noqa: N818  # no error: the table says why a row is missing
    """A row cannot be measured here; the text says why."""


def interleaved(
    baseline: Callable[[], Any], ours: Callable[[], Any], *, rounds: int, ours_each: int = 1
) -> tuple[float, float]:
    """Median milliseconds of both, called in turn; `ours` `ours_each` times a round.

    Both are called once before, so that compiling and first touches of memory do not count.
    """
    baseline()
    ours()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for function, calls, taken in ((baseline, 1, times[0]), (ours, ours_each, times[1])):
            for _ in range(calls):
                started = time.perf_counter()
                function()
                taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[0]), statistics.median(times[1])
