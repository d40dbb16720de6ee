"""Which executor a process gets: threads, or what a variable names."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs import queue
from core.jobs.executor import SCHEDULER, make_executor
from core.jobs.queue import Jobs
from core.methods.fbp import FBP
from core.problem.scan import Scan
from core.storage.store import Store
from core.studies.reconstruction import ReconstructionStudy
from tests.helpers.services import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds to wait for a thread or a process on a busy machine; most waits end at once."""

SCAN = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=12), detectors=46))
STUDY = ReconstructionStudy(scan=SCAN, method=FBP())


@pytest.fixture
def impatient(monkeypatch):
    """No test waits for long until it is clear that nobody answers."""
    monkeypatch.setattr("core.jobs.cluster.executor.CONNECT_SECONDS", 0.3)


@pytest.mark.usefixtures("impatient")
def test_an_address_where_nobody_listens_gives_a_sentence_and_threads(monkeypatch, caplog):
    monkeypatch.setenv(SCHEDULER, f"tcp://127.0.0.1:{free_port()}")
    executor = make_executor()
    assert f"No Dask scheduler answers at {os.environ[SCHEDULER]}" in caplog.text
    state = (
        Jobs(executor, Store(None))
        .submit(ReconstructionStudy(scan=SCAN, method=FBP()).task, "ada")
        .wait(PATIENCE)
    )
    assert state.phase == "done"
    executor.shutdown()


@pytest.mark.usefixtures("impatient")
def test_a_server_that_is_no_scheduler_gives_a_sentence_too(monkeypatch, caplog):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv(SCHEDULER, f"tcp://127.0.0.1:{server.getsockname()[1]}")
        make_executor().shutdown()
    assert "No Dask scheduler answers" in caplog.text


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "address", ["nonsense", "tls://127.0.0.1:1", "tcp://", "tcp://host:99999999", "http://[::1"]
)
def test_a_bad_address_gives_a_sentence_too(monkeypatch, caplog, address):
    monkeypatch.setenv(SCHEDULER, address)
    make_executor().shutdown()
    assert "No Dask scheduler answers" in caplog.text


WITHOUT_DASK = """
import sys
from core.jobs.queue import the_jobs
from core.methods.fbp import FBP
from core.problem.scan import Scan
from core.studies.reconstruction import ReconstructionStudy
import core.ui.workbench.workbench
assert the_jobs().submit(ReconstructionStudy(scan=Scan(), method=FBP()).task, "ada").wait(60).result
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_without_the_variable_nothing_of_dask_is_imported(tmp_path):
    environment = {**os.environ, "LAB_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop(SCHEDULER, None)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DASK],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    loaded = done.stdout.split()
    assert "core" in loaded
    assert not {"dask", "distributed", "tornado"} & set(loaded)


def test_those_who_come_first_at_once_get_the_same_jobs(monkeypatch, tmp_path):
    monkeypatch.setattr("core.jobs.queue.make_executor", lambda: time.sleep(0.05) or object())
    monkeypatch.setattr("core.jobs.queue.the_store", lambda: Store(None))
    queue._the_jobs.cache_clear()
    found = []
    threads = [threading.Thread(target=lambda: found.append(queue.the_jobs())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue._the_jobs.cache_clear()
    assert len(set(map(id, found))) == 1
