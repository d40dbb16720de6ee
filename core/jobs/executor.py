"""Where jobs run: the one place that knows what kinds of executor there are."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from core.jobs.job import Job
from core.jobs.shares import FOR_SHORT_JOBS

WORKERS = 2
"""Jobs that run at once in threads. More would not finish sooner: each solve fills the cores."""

SCHEDULER = "DASK_SCHEDULER_ADDRESS"
"""The variable that names a Dask scheduler, such as `tcp://scheduler:8786`."""

T = TypeVar("T")


class JobExecutor(Protocol):
    """Runs jobs."""

    @property
    def workers(self) -> int:
        """How many jobs can run at once, beside the short ones of `core.jobs.shares`."""
        ...

    def submit(self, job: Job[T]) -> "Future[T]":
        """Run a job as soon as a worker is free.

        Calls `job.begin` when it starts and `job.report` at its steps, and ends it at its next
        step after `job.stop_requested`. A future that is cancelled has no result to give.
        """
        ...

    def trouble(self) -> str:
        """A sentence that says why jobs do not run as they should; empty if they do."""
        ...

    def shutdown(self) -> None:
        """Start nothing more."""
        ...


class ThreadExecutor:
    """Runs jobs in threads of this process, which the compiled projector lets run at once."""

    def __init__(self, workers: int = WORKERS) -> None:
        self.workers = workers
        self._pool = ThreadPoolExecutor(workers + FOR_SHORT_JOBS, thread_name_prefix="job")

    def submit(self, job: Job[T]) -> "Future[T]":
        """Run a job in a thread."""
        job.begin()
        return self._pool.submit(job.task.run, job.report)

    def trouble(self) -> str:
        """Nothing: threads are always there."""
        return ""

    def shutdown(self) -> None:
        """Wait for the running jobs."""
        self._pool.shutdown()

    def __enter__(self) -> "ThreadExecutor":
        return self

    def __exit__(self, *error: Any) -> None:
        self.shutdown()


def make_executor() -> JobExecutor:
    """The executor of this process: a Dask cluster where the variable names one, else threads."""
    address = os.environ.get(SCHEDULER, "").strip()
    if not address:
        return ThreadExecutor()
    from core.jobs.cluster.executor import ClusterExecutor

    return ClusterExecutor(address)
