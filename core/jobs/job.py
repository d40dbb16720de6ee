"""A task, the job that runs it, and what those who watch it may read."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from core.array_types import Image
from core.methods.support.history import History
from core.storage.record import Record

T = TypeVar("T")
P = TypeVar("P")
Phase = Literal["waiting", "running", "done", "stopped", "failed"]

WATCHING_FOR = 90.0
"""Seconds without polling after which a visitor has left: a hidden tab polls once a minute."""
LONG_SECONDS = 30.0
"""An abandoned job that needs no longer than this may finish: its visitor may come back."""


class Report(Protocol):
    """How a running task reports its progress; True asks it to return with what it has.

    `step` of `steps` counts over all parts of the task, and `part` names the present one;
    `parts` are the results of those that are done. `image` is (size, size).
    """

    def __call__(
        self,
        step: int,
        steps: int,
        *,
        image: Image | None = None,
        history: History | None = None,
        part: str = "",
        parts: tuple[Any, ...] = (),
    ) -> bool:
        """Take note; return True if the task should stop."""
        ...


def _no_parts(record: Record) -> tuple[Any, ...]:
    return ()


class PackedTask(Protocol):
    """A task as data: what another process needs in order to run it."""

    def run(self, report: Report) -> Record:
        """Compute the result; raise `InputError` where this process has other code."""
        ...

    def encode_parts(self, parts: tuple[Any, ...]) -> Record:
        """The parts of a report as a record, which `Task.decode_parts` reads."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Task(Generic[T]):
    """Something to run once: equal keys are the same task.

    `run` computes the result and calls its `Report` at each step. `encode` and `decode` turn
    the result into a record for the store and back; `complete` says whether a result is whole,
    and so worth keeping, or was cut short. `uploads` are the digests of visitors' own images in it:
    such a result is never stored, and is forgotten with the image. `pack` and `decode_parts` are
    for a task that may run in another process. `work` is how much there is to compute, in pixels
    × views × iterations, and infinite where that is not known.
    """

    key: str
    title: str
    run: Callable[[Report], T]
    encode: Callable[[T], Record]
    decode: Callable[[Record], T]
    complete: Callable[[T], bool]
    uploads: frozenset[str] = frozenset()
    work: float = math.inf
    pack: Callable[[], PackedTask] | None = None
    decode_parts: Callable[[Record], tuple[Any, ...]] = _no_parts


@dataclass(frozen=True, kw_only=True, eq=False)
class JobProgress:
    """How far a job is: `step` of `steps`, steps per second and seconds left (NaN if unknown)."""

    step: int
    steps: int
    rate: float
    seconds_left: float
    image: Image | None
    history: History | None
    part: str
    parts: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class JobState(Generic[T]):
    """A job at one instant. `result` is there when done, and in part when stopped.

    `error` is a sentence that says to the visitor why a job failed.
    """

    phase: Phase
    progress: JobProgress | None = None
    result: T | None = None
    error: str = ""

    @property
    def result_so_far(self) -> T | None:
        """The result, or before it the one part that stands for it; None before that."""
        if self.result is not None or self.progress is None:
            return self.result
        return next(iter(self.progress.parts), None)

    @property
    def parts_so_far(self: "JobState[tuple[P, ...]]") -> tuple[P, ...]:
        """The parts of which the result is made, as many as are done."""
        if self.result is not None:
            return self.result
        return self.progress.parts if self.progress is not None else ()


@dataclass(eq=False)
class Job(Generic[T]):
    """One running of a task. Read `state` once and use what it holds: it is replaced whole.

    `queue_position` is 1 for the next to start and 0 once it has left the queue; `restarts` counts
    the workers that were lost while they ran it; `limit` says which limit of its visitor it waits
    for, if any; `watchers` are those who polled lately.
    """

    task: Task[T]
    clock: Callable[[], float] = time.monotonic
    state: JobState[T] = field(default_factory=lambda: JobState[T](phase="waiting"))
    queue_position: int = 0
    limit: str = ""
    restarts: int = 0
    nbytes: int = 0
    _seen: dict[str, float] = field(default_factory=dict)
    _coming: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _first: tuple[int, float] | None = None

    @property
    def visitors(self) -> tuple[str, ...]:
        """Those who watch."""
        since = self.clock() - WATCHING_FOR
        return tuple(visitor for visitor, seen in list(self._seen.items()) if seen >= since)

    @property
    def watchers(self) -> int:
        """How many watch."""
        return len(self.visitors)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state.phase in ("done", "stopped", "failed")

    @property
    def joinable(self) -> bool:
        """Whether a visitor who submits the same task can share this job."""
        waits = self.state.phase in ("waiting", "running") and not self._stop.is_set()
        return waits or self.state.phase == "done"

    def wait(self, timeout: float | None = None) -> JobState[T]:
        """Wait until the job is over, or `timeout` seconds; return its state."""
        self._over.wait(timeout)
        return self.state

    def seen_by(self, visitor: str) -> None:
        """Note that `visitor` watches."""
        with self._coming:
            self._seen[visitor] = self.clock()

    def left_by(self, visitor: str) -> None:
        """Note that `visitor` watches no longer."""
        self._seen.pop(visitor, None)

    def request_stop(self) -> None:
        """Ask the running task to return at its next step."""
        self._stop.set()

    @property
    def stop_requested(self) -> bool:
        """Whether it should end."""
        return self._stop.is_set()

    def begin(self) -> None:
        """Start to run."""
        self.state = JobState(phase="running")

    def restart(self) -> None:
        """Start to run once more, after the worker that ran it was lost."""
        self.restarts += 1
        self._first = None
        self.begin()

    def finish(self, state: JobState[T]) -> None:
        """Take the last state."""
        self.queue_position = 0
        self.state = state
        self._over.set()

    def report(
        self,
        step: int,
        steps: int,
        *,
        image: Image | None = None,
        history: History | None = None,
        part: str = "",
        parts: tuple[Any, ...] = (),
    ) -> bool:
        """Publish the progress of the task; the `Report` that its thread calls.

        A job that is over stays so.
        """
        if self.over:
            return True
        now = self.clock()
        if self._first is None:
            self._first = (step, now)
        first, began = self._first
        rate = (step - first) / (now - began) if now > began else math.nan
        seconds_left = (steps - step) / rate if rate > 0 else math.nan
        self.state = JobState(
            phase="running",
            progress=JobProgress(
                step=step,
                steps=steps,
                rate=rate,
                seconds_left=seconds_left,
                image=image,
                history=history,
                part=part,
                parts=parts,
            ),
        )
        with self._coming:  # nobody joins between the look and the end
            if self.watchers == 0 and seconds_left > LONG_SECONDS:
                self.request_stop()
        return self.stop_requested
