"""The services of `compose.yaml` as plain processes, started by the commands that stand there."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path

import yaml

from tests.helpers.waiting import PATIENCE_MS

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until `process` listens at a port."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"Nobody listens at {port}; exit code {process.poll()}.")


class Services:
    """Processes that end together. Their output goes to `folder`, results to `folder/store`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.running: list[subprocess.Popen[bytes]] = []

    def start(
        self, words: list[str], environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a process; `python` is the one that runs the tests."""
        log = self.folder / f"{len(self.running)}.log"
        process = subprocess.Popen(
            [sys.executable if word == "python" else word for word in words],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "LAB_CACHE": str(self.store),
                **(environment or {}),
            },
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        self.running.append(process)
        return process

    def scheduler(self) -> tuple[str, subprocess.Popen[bytes]]:
        """Start a scheduler; give its address."""
        port = free_port()
        process = self.start(command_of("scheduler", {"0.0.0.0": "127.0.0.1", "8786": str(port)}))
        wait_for_port(port, process)
        return f"tcp://127.0.0.1:{port}", process

    def worker(self, scheduler: str) -> subprocess.Popen[bytes]:
        """Start a worker for the scheduler at an address."""
        return self.start(command_of("worker", {"tcp://scheduler:8786": scheduler}))

    def logs(self) -> str:
        """What all of them have printed."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        """End them; what computes is not waited for."""
        for process in self.running:
            process.kill()
        for process in self.running:
            process.wait()


def command_of(service: str, changes: dict[str, str]) -> list[str]:
    """The command of a service, with other words in the place of some."""
    return [
        changes.get(word, word) for word in shlex.split(COMPOSE["services"][service]["command"])
    ]
