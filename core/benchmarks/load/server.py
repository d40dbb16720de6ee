"""The server under load: the laboratory as it ships, in a process of its own, and what it takes."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PROJECT = Path(__file__).parents[3]
SAMPLE_SECONDS = 0.2
START_SECONDS = 120.0


class ServerError(Exception):
    """The server did not start; the text says what it printed."""


@dataclass(kw_only=True)
class ServerProcess:
    """A running server: its address, and its processor time and memory.

    peak_mb : most memory since the last `watching` began, in MB.
    """

    url: str
    process: psutil.Process
    peak_mb: float = field(default=0.0)

    def cpu_seconds(self) -> float:
        """Processor time of the whole process so far, of user and system."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory_mb(self) -> float:
        """Resident memory now, in MB."""
        return float(self.process.memory_info().rss / 1e6)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Note the peak of the memory meanwhile."""
        self.peak_mb = self.memory_mb()

        async def sample() -> None:
            while True:
                await asyncio.sleep(SAMPLE_SECONDS)
                self.peak_mb = max(self.peak_mb, self.memory_mb())

        task = asyncio.create_task(sample())
        try:
            yield
        finally:
            task.cancel()


@contextmanager
def served(options: Sequence[str], folder: Path) -> Iterator[ServerProcess]:
    """Serve the laboratory with its own configuration and further options of `streamlit run`.

    `folder` takes the cache, which is empty at first, and what the server prints.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    environment = {**os.environ, "LAB_CACHE": str(folder / "cache")}
    log = folder / "server.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, *options],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}/"
            _wait_for(url, process, log)
            yield ServerProcess(url=url, process=psutil.Process(process.pid))
        finally:
            _end(process)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise ServerError(f"The server did not start.\n{log.read_text()}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
