"""One job for each task, shared by all visitors who submit it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache, partial
from typing import Any, TypeVar

from core.jobs.executor import JobExecutor, make_executor
from core.jobs.job import Job, JobState, Task
from core.jobs.outcome import failed, outcome_of
from core.jobs.shares import MOST_JOBS, REFUSED, Shares
from core.jobs.start_order import start_order
from core.storage.record import Record
from core.storage.store import Store, the_store

CACHED_BYTES = 96 * 2**20
"""Finished results that stay in memory, least recently seen out first; the newest always does."""
CACHED_JOBS = 256

T = TypeVar("T")


class Jobs:
    """Runs tasks, a few at a time, and lets equal tasks be one.

    Waiting jobs take turns by visitor: the next to start is the one whose visitor was served
    longest ago, so a visitor with ten tasks delays a newcomer by one. `Shares` has the limits of
    each visitor. A job whose last watcher has left ends (see `stop`, `Job.watchers`); a short one
    is allowed to finish.
    Results go to `store`, and come from there when they are submitted again.
    """

    def __init__(
        self,
        executor: JobExecutor,
        store: Store,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._executor = executor
        self._store = store
        self._closed = False
        self._clock = clock
        self._lock = threading.RLock()
        self._jobs: OrderedDict[str, Job[Any]] = OrderedDict()
        self._waiting: list[Job[Any]] = []
        self._shares = Shares(clock)
        self._served: dict[str, int] = {}
        self._starts = 0

    def submit(self, task: Task[T], visitor: str) -> Job[T]:
        """Run `task`, or join the one that runs, or take its stored result; watch it.

        A task that failed or was stopped before is run again. A visitor with too many jobs gets
        one that has failed, with a sentence that says so.
        """
        found = self.find(task, visitor)
        if found is not None and found.joinable:
            return found
        with self._lock:
            job = self._jobs.get(task.key)
            if job is None or not job.joinable:  # no other thread began it in the meantime
                if self._open(visitor) >= MOST_JOBS:
                    refused = Job(task, self._clock)
                    refused.finish(JobState(phase="failed", error=REFUSED))
                    return refused
                job = Job(task, self._clock)
                self._remember(job)
                self._waiting.append(job)
            job.seen_by(visitor)
            self._dispatch()
            return job

    def find(self, task: Task[T], visitor: str) -> Job[T] | None:
        """The job of this task as it stands, or its stored result; None if there is neither.

        Starts nothing. Looking counts as watching: a page polls with this, and finds its job
        again after a reload.
        """
        with self._lock:
            job = self._jobs.get(task.key)
            if job is not None:
                self._jobs.move_to_end(task.key)
                job.seen_by(visitor)
                return job
        result = self._store.recall(task.key, task.decode)
        return None if result is None else self.provide(task, result, visitor)

    def provide(self, task: Task[T], result: T, visitor: str) -> Job[T]:
        """The job of this task as one that is over, with a result from elsewhere."""
        with self._lock:
            job = self._jobs.get(task.key)
            if job is None:
                job = Job(task, self._clock)
                job.nbytes = task.encode(result).nbytes
                job.finish(JobState(phase="done", result=result))
                self._remember(job)
            job.seen_by(visitor)
            return job

    def stop(self, task: Task[Any], visitor: str) -> None:
        """Stop watching; the job ends, at its next step, when it has no other watcher."""
        with self._lock:
            job = self._jobs.get(task.key)
            if job is None:
                return
            job.left_by(visitor)
            if job.watchers == 0:
                job.request_stop()
            self._dispatch()

    def forget(self, uploads: frozenset[str]) -> None:
        """Forget every job of these visitors' images; one that runs is asked to stop."""
        with self._lock:
            for key, job in list(self._jobs.items()):
                if job.task.uploads & uploads:
                    job.request_stop()
                    del self._jobs[key]
            self._dispatch()

    def close(self) -> None:
        """Ask everything to stop, and start nothing more."""
        with self._lock:
            self._closed = True
            for job in self._jobs.values():
                job.request_stop()

    def trouble(self) -> str:
        """A sentence that says why jobs do not run as they should; empty if they do."""
        return self._executor.trouble()

    def _dispatch(self) -> None:
        """Drop jobs that nobody wants, start as many as there are free workers, number the rest."""
        for job in [job for job in self._waiting if job.watchers == 0 or job.stop_requested]:
            self._waiting.remove(job)
            job.finish(JobState(phase="stopped"))
        present = self._present() if self._waiting else frozenset()
        order = self._start_order()
        while (chosen := self._next_of(order, present)) is not None:
            self._waiting.remove(chosen)
            self._starts += 1
            self._served.update(dict.fromkeys(chosen.visitors, self._starts))
            self._shares.began(chosen)
            chosen.queue_position = 0
            try:
                future = self._executor.submit(chosen)
            except Exception as error:  # no thread, no memory, no connection
                chosen.request_stop()  # a pool without a new thread may run it in an old one
                self._end(chosen, *outcome_of(chosen, failed(error)))
                if chosen is order[0]:  # its turn is over as foreseen: the others keep theirs
                    del order[0]
                    continue
            else:
                future.add_done_callback(partial(self._finished, chosen))
            order = self._start_order()
        for position, job in enumerate(order, start=1):
            job.queue_position = position
            job.limit = self._shares.why_not(job, present)

    def _next_of(self, order: list[Job[Any]], present: frozenset[str]) -> Job[Any] | None:
        """The job to start now; None if there is none."""
        if not order or self._closed:
            return None
        return self._shares.next_of(order, self._executor.workers, present)

    def _present(self) -> frozenset[str]:
        """All who watch a job."""
        return frozenset(visitor for job in self._jobs.values() for visitor in job.visitors)

    def _open(self, visitor: str) -> int:
        """How many jobs of a visitor wait or run."""
        return sum(not job.over and visitor in job.visitors for job in self._jobs.values())

    def _start_order(self) -> list[Job[Any]]:
        """The waiting jobs in the order in which they will start."""
        return start_order(self._waiting, self._served, self._starts, self._shares.used_up)

    def _finished(self, job: Job[T], future: "Future[T]") -> None:
        state, record = outcome_of(job, future)
        with self._lock:
            self._end(job, state, record)
            self._dispatch()
        if record is not None and state.phase == "done" and not job.task.uploads:
            self._store.put(job.task.key, record)

    def _end(self, job: Job[T], state: JobState[T], record: Record | None) -> None:
        job.nbytes = record.nbytes if record else 0
        job.finish(state)
        self._shares.ended(job)
        if self._jobs.get(job.task.key) is job:
            self._remember(job)

    def _remember(self, job: Job[Any]) -> None:
        self._jobs[job.task.key] = job
        self._jobs.move_to_end(job.task.key)
        self._trim()

    def _trim(self) -> None:
        """Forget what is over, the oldest first, but never the newest result, however large."""
        held = sum(job.nbytes for job in self._jobs.values())
        newest = next((job for job in reversed(self._jobs.values()) if job.nbytes), None)
        for key, job in list(self._jobs.items()):
            if held <= CACHED_BYTES and len(self._jobs) <= CACHED_JOBS:
                return
            if job.over and job is not newest:
                held -= job.nbytes
                del self._jobs[key]


_making = threading.Lock()


def the_jobs() -> Jobs:
    """The jobs of this process, shared by all its visitors."""
    with _making:  # two who come first would get two
        return _the_jobs()


@cache
def _the_jobs() -> Jobs:
    jobs = Jobs(make_executor(), the_store())
    # An executor waits for its threads when the process ends, and `atexit` comes after that:
    # without this, Ctrl-C would wait for every solve.
    threading._register_atexit(jobs.close)  # type: ignore[attr-defined]
    return jobs
