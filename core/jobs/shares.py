"""How visitors share the workers, so that the long jobs of one do not keep a class waiting.

A visitor has at most `MOST_JOBS` jobs at once. While others are there, a visitor has one long job
running at a time, and one whose jobs have computed for `MOST_SECONDS` of the last minute comes
last. A short job has a worker of its own, which no long one takes.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from core.jobs.job import Job

MOST_JOBS = 12
"""Jobs of one visitor that wait or run."""
MOST_SECONDS = 60.0
"""Seconds that one visitor's jobs may compute within a minute before others come first."""
MINUTE = 60.0
SHORT_WORK = 4e8
"""Pixels × views × iterations of a short job: about a quarter of a second of one core."""
FOR_SHORT_JOBS = 1
"""Workers that only short jobs take, beside those of the executor."""

REFUSED = (
    f"You have {MOST_JOBS} jobs that wait or run, and no visitor may have more. "
    "Wait until one is over, or stop one, and then run this again."
)
ONE_LONG = "one long job of each visitor at a time"
USED_UP = f"your jobs took {MOST_SECONDS:.0f} s of the last minute, so others come first"


def is_short(job: Job[Any]) -> bool:
    """Whether a job is over so soon that it need not wait for long ones."""
    return job.task.work <= SHORT_WORK


class Shares:
    """Knows what runs, for whom, and what each visitor's jobs have taken in the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._running: dict[Job[Any], tuple[float, tuple[str, ...]]] = {}
        self._ended: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)

    def began(self, job: Job[Any]) -> None:
        """Note that a job runs, for those who watch it now."""
        self._running[job] = (self._clock(), job.visitors)

    def ended(self, job: Job[Any]) -> None:
        """Note that it runs no longer."""
        begin, visitors = self._running.pop(job)
        now = self._clock()
        for visitor in visitors:
            self._ended[visitor].append((begin, now))
        for visitor, spans in list(self._ended.items()):
            recent = [span for span in spans if span[1] > now - MINUTE]
            if recent:
                self._ended[visitor] = recent
            else:
                del self._ended[visitor]

    def used(self, visitor: str) -> float:
        """Seconds that the visitor's jobs have computed within the last minute."""
        now = self._clock()
        spans = [*self._ended.get(visitor, ())]
        spans += [(begin, now) for begin, who in self._running.values() if visitor in who]
        return float(sum(max(0.0, end - max(begin, now - MINUTE)) for begin, end in spans))

    def used_up(self, job: Job[Any]) -> bool:
        """Whether all who watch a job have had their share of the last minute."""
        return all(self.used(visitor) >= MOST_SECONDS for visitor in job.visitors)

    def next_of(
        self, order: Sequence[Job[Any]], workers: int, present: Collection[str]
    ) -> Job[Any] | None:
        """The first job that may start now; None if there is none.

        order : the waiting jobs, in their turn.
        workers : how many jobs may run at once.
        present : all visitors who watch any job.
        """
        return next((job for job in order if not self._hindrance(job, workers, present)), None)

    def why_not(self, job: Job[Any], present: Collection[str]) -> str:
        """Which limit a waiting job has reached; empty where it only waits for its turn."""
        if not self._others(job, present):
            return ""
        if self._has_its_long_job(job):
            return ONE_LONG
        return USED_UP if self.used_up(job) else ""

    def _hindrance(self, job: Job[Any], workers: int, present: Collection[str]) -> bool:
        places = workers + FOR_SHORT_JOBS if is_short(job) else workers
        if len(self._running) >= places:
            return True
        return self._has_its_long_job(job) and self._others(job, present)

    def _has_its_long_job(self, job: Job[Any]) -> bool:
        if is_short(job):
            return False
        long = [visitors for one, (_, visitors) in self._running.items() if not is_short(one)]
        return all(any(visitor in visitors for visitors in long) for visitor in job.visitors)

    @staticmethod
    def _others(job: Job[Any], present: Collection[str]) -> bool:
        return any(visitor not in job.visitors for visitor in present)
