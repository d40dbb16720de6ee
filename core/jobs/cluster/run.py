"""One job of this page server on the cluster."""

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Generic, TypeVar

from distributed import Client, Variable
from distributed import Future as DaskFuture
from distributed.scheduler import KilledWorker

from core.errors import InputError
from core.jobs.cluster.progress import Progress
from core.jobs.cluster.worker import Notice, run_packed
from core.jobs.job import Job
from core.storage.lru_cache import SizedLRU
from core.storage.record import Record

ANSWER_SECONDS = 5.0
"""Within which a scheduler and its workers answer when they are well."""
ABSENT_SECONDS = 0.01
"""After which a variable of the scheduler that is not there is called absent."""
OTHERS_SECONDS = 1.0
"""After which a task that goes on is wanted by another page server."""
LEAVE_SECONDS = 30.0
"""Within which a stopped task has ended: a single step may take long."""

T = TypeVar("T")


class ClusterRun(Generic[T]):
    """A job, its Dask task, and the future that ends with it.

    `ran_on` has the addresses of the workers on which tasks ran last: a run that was stopped can go
    on there. `wake` is called when there is something to look at.
    """

    def __init__(
        self, client: Client, job: Job[T], ran_on: SizedLRU[str], wake: Callable[[], None]
    ) -> None:
        assert job.task.pack is not None
        self.future: Future[T] = Future()
        self._client = client
        self._job = job
        self._packed = job.task.pack()
        self._ran_on = ran_on
        self._wake = wake
        self.key = f"job-{job.task.key}"
        self._noticed: Notice | None = None
        self._passed_on: Notice | None = None
        self._parts: tuple[object, ...] = ()
        self._left = 0.0
        self._task: DaskFuture[tuple[bool, bytes]] | None = None
        self._send()

    def notice(self, notice: Notice) -> None:
        """Take note of what a worker has published."""
        if self._left or not notice.partial:  # what others stopped does not concern this job
            self._noticed = notice
            self._wake()

    def look(self) -> bool:
        """Pass on what is new; return whether the job is over."""
        noticed = self._noticed
        if self._left and noticed is not None:
            return self._look_for_partial(noticed, self._left)
        if self._task is None:
            if self.key not in self._client.futures:  # the task that was released is forgotten
                self._send()
            return False
        if self._task.done():
            return self._settle(self._task)
        stop = noticed is not None and self._pass_on(noticed)
        if stop or self._job.stop_requested:
            self._task.release()
            if noticed is None:  # no worker has begun it
                self.future.cancel()
                return True
            self._left = time.monotonic()
        return False

    def give_up(self, error: Exception) -> None:
        """End the job with an error of the program."""
        if self._task is not None:
            self._task.release()
        if not self.future.done():
            self.future.set_exception(error)

    def _send(self) -> None:
        worker = self._ran_on.find(self.key)
        place = {"workers": [worker], "allow_other_workers": True} if worker else {}
        self._task = self._client.submit(run_packed, self._packed, key=self.key, **place)
        self._task.add_done_callback(lambda _: self._wake())

    def _settle(self, task: DaskFuture[tuple[bool, bytes]]) -> bool:
        """Take the result, or the error; the result of a run that others stopped is not one."""
        try:
            stopped, content = task.result(timeout=ANSWER_SECONDS)
        except TimeoutError:
            return False  # it was lost with its worker, and is computed again
        except KilledWorker as error:
            self._fail(
                f"{self._job.task.title} was given up: {error.allowed_failures + 1} workers were "
                "lost while they ran it. It may need more memory than they have."
            )
        except CancelledError:
            self._fail("The connection to the cluster was lost. Start this again in a moment.")
        except ImportError as error:
            self._fail(f"The workers of the cluster cannot load the code of this page: {error}")
        except Exception as error:
            self.future.set_exception(error)
        else:
            if stopped and not self._job.stop_requested:
                self._start_again(task)
                return False
            self._finish(content)
        task.release()
        return True

    def _start_again(self, task: DaskFuture[tuple[bool, bytes]]) -> None:
        """Joined while it was being stopped: go on from there."""
        self._noticed = self._passed_on = self._task = None
        task.release()

    def _finish(self, content: bytes) -> None:
        try:
            self.future.set_result(self._job.task.decode(Record.from_bytes(content)))
        except (ValueError, KeyError, TypeError) as error:
            self.future.set_exception(error)

    def _fail(self, sentence: str) -> None:
        self.future.set_exception(InputError(sentence))

    def _look_for_partial(self, noticed: Notice, left: float) -> bool:
        """Take what a stopped run leaves; do without where others go on with it, or it is lost."""
        if noticed.partial:
            content = self._read(noticed, "partial")
            if content is not None:
                self._finish(content)
                return True
        waited = time.monotonic() - left
        others = waited > OTHERS_SECONDS and noticed != self._passed_on
        if others or waited > LEAVE_SECONDS:
            self.future.cancel()
            return True
        return False

    def _pass_on(self, noticed: Notice) -> bool:
        """Report what a worker reported; return whether the job should stop."""
        job, before = self._job, self._passed_on
        if noticed == before:
            return False
        self._passed_on = noticed
        if before is None:
            job.begin()
        elif noticed.run != before.run:
            job.restart()
        self._ran_on.put(self.key, noticed.worker)
        if before is None or (noticed.run, noticed.parts) != (before.run, before.parts):
            self._parts = self._read_parts(noticed)
        content = self._read(noticed, "progress") if noticed.progress else None
        if content is None:
            return False
        progress = Progress.from_bytes(content)
        return job.report(
            progress.step,
            progress.steps,
            image=progress.image,
            history=progress.history,
            part=progress.part,
            parts=self._parts,
        )

    def _read_parts(self, noticed: Notice) -> tuple[object, ...]:
        content = self._read(noticed, "parts") if noticed.parts else None
        return () if content is None else self._job.task.decode_parts(Record.from_bytes(content))

    def _read(self, noticed: Notice, what: str) -> bytes | None:
        """What a run has published; None where it is gone, or the scheduler does not answer."""
        if self._client.status != "running":
            return None
        variable = Variable(noticed.variable(what), self._client)
        with suppress(OSError, TimeoutError):
            content: bytes = variable.get(ABSENT_SECONDS, callback_timeout=ANSWER_SECONDS)
            return content
        return None
