"""The executor that sends jobs to a Dask cluster."""

import asyncio
import logging
import os
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from distributed import Client, Security, rpc

from core.jobs.cluster.run import ANSWER_SECONDS, ClusterRun
from core.jobs.cluster.worker import TOPIC, Notice
from core.jobs.executor import ThreadExecutor
from core.jobs.job import Job
from core.storage.lru_cache import SizedLRU

CONNECT_SECONDS = 3.0
"""How long a page server waits for the scheduler at its start."""
RECONNECT_SECONDS = 5.0
LOOK_SECONDS = 0.04
"""Within which a stop goes out; of all else this server is notified."""

T = TypeVar("T")
log = logging.getLogger(__name__)


class ClusterExecutor:
    """Runs jobs on the cluster, and in threads of this process while there is none.

    `address` is that of the scheduler, such as tcp://scheduler:8786. Where nobody answers, the log
    says so in a sentence, and a thread tries again every few seconds.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._threads = ThreadExecutor()
        self._lock = threading.Lock()
        self._runs: list[ClusterRun[Any]] = []
        self._ran_on: SizedLRU[str] = SizedLRU(256)
        self._wake, self._closing = threading.Event(), threading.Event()
        self._client = self._connect()
        self._workers = self._count_workers()
        if sentence := self.trouble():
            log.warning(sentence)
        threading.Thread(target=self._watch, name="cluster", daemon=True).start()

    @property
    def workers(self) -> int:
        """The threads of all workers, or those of this process."""
        return self._workers

    def submit(self, job: Job[T]) -> "Future[T]":
        """Send a job to the cluster; one that cannot travel runs here."""
        client = self._live_client()
        if client is None or job.task.pack is None:
            return self._threads.submit(job)
        run = ClusterRun(client, job, self._ran_on, self._wake.set)
        with self._lock:
            self._runs.append(run)
        self._wake.set()
        return run.future

    def trouble(self) -> str:
        """Say whether the scheduler or all workers are missing."""
        client = self._live_client()
        if client is None:
            return (
                f"No Dask scheduler answers at {self._address}. Jobs run in threads of this "
                "server until one does."
            )
        try:
            answers = client.sync(_answers, client, callback_timeout=2 * ANSWER_SECONDS)
        except (OSError, TimeoutError):
            return f"The Dask scheduler at {self._address} does not answer any more."
        if not answers:
            return f"The Dask scheduler at {self._address} has no workers. Jobs wait for one."
        if not any(answers):
            return f"None of the {len(answers)} workers of {self._address} answers."
        return ""

    def shutdown(self) -> None:
        """Leave the cluster: what nobody else wants ends there."""
        self._closing.set()
        self._wake.set()
        if self._client is not None:
            self._close(self._client)
        self._threads.shutdown()

    def _connect(self) -> Client | None:
        try:
            # Asked first, within a limit: a client waits for ever for a server that is silent.
            asyncio.run(asyncio.wait_for(_asked_first(self._address), CONNECT_SECONDS))
            client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError, TypeError):  # TypeError: TLS without its keys
            return None
        client.subscribe_topic(TOPIC, self._notice)
        return client

    def _live_client(self) -> Client | None:
        client = self._client
        return client if client is not None and client.status == "running" else None

    def _close(self, client: Client) -> None:
        with suppress(OSError, TimeoutError):
            client.close(timeout=ANSWER_SECONDS)

    def _count_workers(self) -> int:
        client = self._live_client()
        if client is None:
            return self._threads.workers
        # With no worker yet a job waits on the scheduler, which knows when there is one.
        return max(1, int(client.scheduler_info(n_workers=0)["total_threads"]))

    def _watch(self) -> None:
        """Look at the jobs on the cluster, and at the connection, until this is closed."""
        checked = time.monotonic()
        while not self._closing.is_set():
            self._wake.wait(LOOK_SECONDS if self._runs else RECONNECT_SECONDS)
            self._wake.clear()
            try:
                self._look()
                if time.monotonic() - checked >= RECONNECT_SECONDS:
                    self._check_connection()
                    checked = time.monotonic()
            except Exception:  # the thread must live on: it connects again
                log.exception("Looking after the cluster failed.")

    def _notice(self, event: tuple[float, dict[str, Any]]) -> None:
        notice = Notice(**event[1])
        for run in tuple(self._runs):
            if run.key == notice.key:
                run.notice(notice)

    def _look(self) -> None:
        for run in tuple(self._runs):
            try:
                over = run.look()
            except Exception as error:  # must not keep the others from being looked at
                over = True
                run.give_up(error)
            if over:
                with self._lock:
                    self._runs.remove(run)

    def _check_connection(self) -> None:
        if self._client is not None and self._live_client() is None:
            log.warning("The Dask scheduler at %s was lost.", self._address)
            self._close(self._client)
            self._client = None
        if self._client is None:
            self._client = self._connect()
            if self._client is not None:
                log.warning("A Dask scheduler answers at %s.", self._address)
        self._workers = self._count_workers()


async def _asked_first(address: str) -> None:
    """Ask a scheduler who it is; raise `OSError`, `TypeError` or `ValueError` if it is none."""
    security = Security().get_connection_args("client")
    async with rpc(address, timeout=CONNECT_SECONDS, connection_args=security) as scheduler:
        identity = await scheduler.identity(n_workers=0)
    if identity["type"] != "Scheduler":
        raise ValueError(f"{address} is a {identity['type']}.")


async def _answers(client: Client) -> list[bool]:
    """Whether each worker answers."""
    scheduler: Any = client.scheduler
    workers = list((await scheduler.identity(n_workers=-1))["workers"])

    async def answers(worker: str) -> bool:
        try:
            await asyncio.wait_for(client.run(os.getpid, workers=[worker]), ANSWER_SECONDS)
        except (OSError, TimeoutError):
            return False
        return True

    return list(await asyncio.gather(*map(answers, workers)))
