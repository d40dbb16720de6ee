"""The services of `compose.yaml` as plain processes, started by the commands that stand there."""

from __future__ import annotations

import glob
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from string import Template

import yaml

from tests.helpers.waiting import PATIENCE_MS

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx") or next(iter(glob.glob("/usr/sbin/nginx")), None)
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


MAIN_CONF = """
daemon off;
pid nginx.pid;
events {}
http {
    log_format lab '$upstream_addr $cookie_lab_server $request';
    access_log access lab;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include lab.conf;
}
"""
"""What stands in nginx's own container around the configuration of the lab."""


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

    def page(self, scheduler: str) -> tuple[str, subprocess.Popen[bytes]]:
        """Start a page server as the image does; give its host and port."""
        port = free_port()
        changes = {
            "--server.port=8501": f"--server.port={port}",
            "--server.address=0.0.0.0": "--server.address=127.0.0.1",
        }
        words = [changes.get(word, word) for word in command_of_image()]
        environment = variables_of("page-1") | {"DASK_SCHEDULER_ADDRESS": scheduler}
        return f"127.0.0.1:{port}", self.start(words, environment)

    def proxy(self, pages: list[str]) -> str:
        """Start nginx with TLS before two page servers; give the address of the lab behind it.

        Its access log `folder/access` has the page server, the cookie and the request.
        """
        port = free_port()
        values = variables_of("proxy") | {
            "LAB_LISTEN": f"127.0.0.1:{port} ssl",
            "LAB_PAGE_1": pages[0],
            "LAB_PAGE_2": pages[1],
        }
        template = Template((ROOT / "deploy" / "nginx.conf.template").read_text())
        (self.folder / "lab.conf").write_text(template.safe_substitute(values))
        (self.folder / "nginx.conf").write_text(MAIN_CONF)
        certificate = ["make", "--silent", "certificate", f"TLS={self.folder / 'tls'}"]
        subprocess.run(certificate, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        conf = str(self.folder / "nginx.conf")
        process = self.start([str(NGINX), "-p", str(self.folder), "-c", conf, "-e", "stderr"])
        wait_for_port(port, process)
        return f"https://localhost:{port}/{values['LAB_PATH']}/"

    def logs(self) -> str:
        """What all of them have printed."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        """End them; what computes is not waited for."""
        for process in self.running:
            process.terminate() if process.args[0] == NGINX else process.kill()
        for process in self.running:
            process.wait()


def command_of(service: str, changes: dict[str, str]) -> list[str]:
    """The command of a service, with other words in the place of some."""
    return [
        changes.get(word, word) for word in shlex.split(COMPOSE["services"][service]["command"])
    ]


def command_of_image() -> list[str]:
    """What the image runs."""
    (command,) = re.findall(
        r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE
    )
    words: list[str] = json.loads(command)
    return words


def variables_of(service: str) -> dict[str, str]:
    """The environment of a service, with the defaults of the variables that it refers to."""
    return {
        name: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", str(value))
        for name, value in COMPOSE["services"][service]["environment"].items()
    }
