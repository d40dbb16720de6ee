"""The side that trusts nobody: starts workers, sends them files, and checks what comes back."""

import atexit
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from core.array_types import Float64Array
from core.errors import InputError
from core.problem.reader_process.answers import (
    checked_angles,
    checked_sinogram,
    checked_slice,
    checked_volume,
)
from core.problem.reader_process.limits import Limits
from core.problem.reader_process.process import COMMAND, CrashError, TimeError, Worker
from core.problem.readers.sinogram.raw import RawSinogram, Stacked
from core.problem.readers.slices import Slice
from core.problem.readers.volume import FileVolume

MOST_WORKERS = 2
WAIT_SECONDS = 60.0
"""How long a file waits for its turn."""

log = logging.getLogger(__name__)

T = TypeVar("T")
Check: TypeAlias = Callable[[dict[str, Any], bytes], T]
"""Makes a result of an answer; raises `CrashError` where it cannot."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How many workers there are, how long a file waits for one, and what it may cost."""

    workers: int = MOST_WORKERS
    wait_seconds: float = WAIT_SECONDS
    limits: Limits = field(default_factory=Limits)


class ReaderPool:
    """A few workers, each with one file at a time; for any number of threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._free = threading.BoundedSemaphore(self._settings.workers)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._closed = False

    def warm_up(self) -> None:
        """See that a worker is there or on its way when a file comes; does not wait."""
        with self._lock:
            if not self._all:
                self._start_idle()

    def read(self, content: bytes | Path, slice: int | None = None, dataset: str = "") -> Slice:
        """Read one slice of a file, by default the middle one, of the array of this name.

        `content` is what the file holds, or its path: then the worker reads it where it lies, and
        no more of it than it needs.

        Raises `InputError` when the file is bad, takes too much, or crashes its reader, and when
        all workers are busy for too long.
        """
        return self._asked(content, {"slice": slice, "dataset": dataset}, checked_slice)

    def read_sinogram(
        self, content: bytes | Path, slice: int | None, stacked: Stacked, views: int = 0
    ) -> RawSinogram:
        """Read one sinogram of a file, as `read_raw` does, and raise `InputError` like `read`."""
        wanted = {"sinogram": stacked, "slice": slice, "views": views}
        return self._asked(content, wanted, checked_sinogram)

    def read_volume(self, content: bytes | Path, dataset: str = "") -> FileVolume:
        """Read a whole file, or a folder, as `read_volume` does, and raise `InputError`."""
        return self._asked(content, {"volume": dataset}, checked_volume)

    def read_angles(self, content: bytes | Path) -> tuple[Float64Array, str]:
        """Read a file of angles, and raise `InputError` like `read`."""
        return self._asked(content, {"sinogram": "", "slice": None}, checked_angles)

    def _asked(self, content: bytes | Path, wanted: Mapping[str, Any], check: Check[T]) -> T:
        if not self._free.acquire(timeout=self._settings.wait_seconds):
            raise InputError("Other files are being read. Try again in a minute.")
        try:
            return self._read(content, wanted, check)
        finally:
            self._free.release()

    def close(self) -> None:
        """End all workers, and start no more."""
        with self._lock:
            self._closed = True
            workers, self._idle, self._all = [*self._all], [], set()
        for worker in workers:
            worker.kill()

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes."""
        with self._lock:
            return [worker.pid for worker in self._all]

    def _read(self, content: bytes | Path, wanted: Mapping[str, Any], check: Check[T]) -> T:
        limits = self._settings.limits
        worker = self._take()
        while True:
            kept, used = False, worker.used  # as it was before this file
            try:
                answer, pixels = worker.ask(content, wanted, limits)
                if isinstance(sentence := answer.get("sentence"), str):
                    raise InputError(sentence)
                if answer.get("memory"):
                    raise MemoryError
                result = check(answer, pixels)
                kept = answer.get("last") is False
                return result
            except InputError:
                kept = answer.get("last") is False
                raise
            except TimeError:
                raise InputError(
                    f"The file could not be read within {limits.seconds:g} seconds: it is damaged "
                    "or far too complicated."
                ) from None
            except MemoryError:
                raise InputError(
                    f"The file needs more than {limits.nbytes / 1e9:g} GB of memory to be read: "
                    "it is damaged or far too large."
                ) from None
            except CrashError:
                if not used:
                    raise InputError("The file crashed the reader: it is damaged.") from None
            finally:
                self._give_back(worker, kept)
            worker = self._take(fresh=True)

    def _take(self, *, fresh: bool = False) -> Worker:
        """A worker that is ready, a new one if asked for; raise `InputError` if none starts."""
        with self._lock:
            fitting = [worker for worker in self._idle if not (fresh and worker.used)]
            if not fitting:
                fitting = self._start_idle()
            if fitting:
                self._idle.remove(worker := fitting[-1])
        if fitting:
            try:
                worker.wait_until_ready()
                return worker
            except (CrashError, TimeError):
                self._discard(worker)
        log.error("The process that reads files did not start: %s", " ".join(COMMAND))
        raise InputError("Files cannot be opened here: the program that reads them did not start.")

    def _give_back(self, worker: Worker, kept: bool) -> None:
        """Keep a worker for the next file, or put a new one in its place."""
        if not kept:
            self._discard(worker)
        with self._lock:
            if kept:
                self._idle.append(worker)
            else:
                self._start_idle()

    def _discard(self, worker: Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.kill()

    def _start_idle(self) -> list[Worker]:
        """Start a worker and do not wait for it; return it, or nothing where none can start."""
        if self._closed:
            return []
        try:
            worker = Worker()
        except OSError as error:
            log.error("The process that reads files could not be started: %s", error)
            return []
        self._all.add(worker)
        self._idle.append(worker)
        return [worker]


@cache
def the_readers() -> ReaderPool:
    """The readers of this process, shared by all its visitors."""
    pool = ReaderPool()
    atexit.register(pool.close)
    return pool
