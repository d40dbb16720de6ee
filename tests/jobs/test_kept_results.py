"""Which finished results stay in memory, and for how long."""

from dataclasses import replace

import pytest

from core.jobs.queue import Jobs
from tests.helpers.queued import Gate, task

EACH = 800
"""Bytes that a result of `task` counts."""


def own(key, run, of="x"):
    """A task with an image of a visitor, of which nothing is stored."""
    return replace(task(key, run), uploads=frozenset({of}))


def test_finished_results_leave_memory_but_not_the_store(single, store, monkeypatch):
    monkeypatch.setattr("core.jobs.queue.CACHED_BYTES", EACH + 200)
    jobs = Jobs(single, store)
    first = jobs.submit(task("a", lambda report: 1), "ada")
    first.wait(5)
    jobs.submit(task("b", lambda report: 2), "ada").wait(5)
    single.shutdown()
    again = jobs.find(first.task, "ada")
    assert again is not first
    assert again.state.result == 1


@pytest.mark.parametrize("then", ["nothing", "a job that waits", "a job that fails"])
def test_the_newest_result_stays_however_large(single, store, monkeypatch, then):
    monkeypatch.setattr("core.jobs.queue.CACHED_BYTES", EACH // 8)
    jobs, gate = Jobs(single, store), Gate(result=3)
    gate.open.set()
    asked = own("a", gate)
    jobs.submit(asked, "ada").wait(5)
    held = Gate()
    if then == "a job that waits":
        jobs.submit(task("b", held), "bob")
    elif then == "a job that fails":
        jobs.submit(task("b", lambda report: 1 / 0), "bob").wait(5)
    assert jobs.find(asked, "ada").state.result == 3
    assert jobs.submit(asked, "ada").state.result == 3
    assert gate.runs == 1
    held.open.set()
