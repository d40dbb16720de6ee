"""A job ends when it is stopped, when nobody watches it, or with its process."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from threading import Semaphore

import pytest

from core.jobs.job import WATCHING_FOR, Job
from core.jobs.queue import Jobs
from tests.helpers.queued import Clock, Gate, task

PATIENCE = 60
"""Seconds to wait for a thread on a busy machine; most waits end at once."""


def test_stop_ends_a_job_that_nobody_else_watches_at_its_next_step(executor, store):
    jobs, turns, reported, answers = Jobs(executor, store), Semaphore(0), Semaphore(0), []

    def run(report):
        while turns.acquire(timeout=PATIENCE):
            answers.append(report(len(answers), 1000))
            reported.release()
            if answers[-1]:
                return -1
        return 1

    job = jobs.submit(task("a", run), "ada")
    turns.release()
    assert reported.acquire(timeout=PATIENCE)
    jobs.stop(job.task, "ada")
    turns.release()
    state = job.wait(PATIENCE)
    assert answers == [False, True]
    assert (state.phase, state.result) == ("stopped", -1)
    executor.shutdown()
    assert store.get("a") is None, "a result that was cut short must not be stored"


def test_stop_by_one_leaves_the_job_to_the_other(executor, store):
    jobs, gate = Jobs(executor, store), Gate()
    job = jobs.submit(task("a", gate), "ada")
    jobs.submit(task("a", gate), "bob")
    jobs.stop(job.task, "ada")
    assert job.watchers == 1
    assert job.wait(0.1).phase == "running"
    jobs.stop(job.task, "ada")  # a second click changes nothing
    assert job.wait(0.1).phase == "running"
    jobs.stop(job.task, "bob")
    assert job.wait(5).phase == "stopped"


def test_asking_again_after_a_stop_starts_anew(executor, store):
    jobs, gate = Jobs(executor, store), Gate()
    first = jobs.submit(task("a", gate), "ada")
    assert gate.began.wait(5)
    jobs.stop(first.task, "ada")
    again = Gate(result=9)
    again.open.set()
    second = jobs.submit(task("a", again), "ada")
    assert second is not first
    assert second.wait(5).result == 9
    assert first.wait(5).phase == "stopped"
    assert jobs.find(first.task, "ada") is second


def test_a_waiting_job_can_be_stopped_and_never_runs(single, store):
    jobs, gate, second = Jobs(single, store), Gate(), Gate()
    jobs.submit(task("a", gate), "ada")
    job = jobs.submit(task("b", second), "ada")
    assert (job.state.phase, job.queue_position) == ("waiting", 1)
    jobs.stop(job.task, "ada")
    assert job.wait(5).phase == "stopped"
    gate.open.set()
    single.shutdown()
    assert second.runs == 0


def test_a_waiting_job_of_a_file_that_is_closed_never_runs(single, store):
    jobs, gate, second = Jobs(single, store), Gate(), Gate()
    jobs.submit(task("a", gate), "ada")
    of_the_file = replace(task("b", second), uploads=frozenset({"x"}))
    job = jobs.submit(of_the_file, "bob")
    behind = jobs.submit(task("c", Gate()), "cleo")
    jobs.forget(frozenset({"x"}))
    assert job.state.phase == "stopped"
    assert behind.queue_position == 1
    gate.open.set()
    jobs.stop(behind.task, "cleo")
    single.shutdown()
    assert second.runs == 0


@pytest.mark.parametrize(("seconds_a_step", "phase"), [(1.0, "done"), (10.0, "stopped")])
def test_an_abandoned_job_ends_unless_it_is_nearly_done(executor, store, seconds_a_step, phase):
    clock, asked = Clock(), threading.Event()
    jobs = Jobs(executor, store, clock=clock)

    def run(report):
        asked.wait(5)
        clock.now += WATCHING_FOR + 1
        for step in range(11):
            clock.now += seconds_a_step
            if report(step, 10) and step < 10:
                return -step
        return 1

    job = jobs.submit(task("a", run), "ada")
    asked.set()
    assert job.wait(5).phase == phase
    # After one step the rate is known: 9 s are left, or 90 s.
    assert job.state.result == (1 if phase == "done" else -1)


def test_a_newcomer_does_not_join_an_abandoned_job_that_was_told_to_end(executor, store):
    clock, told, held = Clock(), threading.Event(), threading.Event()
    jobs = Jobs(executor, store, clock=clock)

    def run(report):
        report(0, 1000)
        clock.now += WATCHING_FOR + 1
        assert report(1, 1000)
        told.set()
        held.wait(PATIENCE)
        return -1

    first = jobs.submit(task("a", run), "ada")
    assert told.wait(PATIENCE)
    second = jobs.submit(task("a", lambda report: 9), "bob")
    held.set()
    assert second is not first
    assert second.wait(PATIENCE).phase == "done"
    assert first.wait(PATIENCE).phase == "stopped"


def test_who_comes_while_an_abandoned_job_is_looked_at_is_not_told_to_end():
    clock = Clock()
    job = Job(task("a", Gate()), clock)
    job.report(0, 1000)
    clock.now += WATCHING_FOR + 1
    come = threading.Thread(target=job.seen_by, args=("bob",))

    class LookedAt(dict):
        """Those who watch, and somebody who comes right after the look at them."""

        def items(self):
            seen = list(super().items())
            come.start()
            come.join(0.5)
            return seen

    job._seen = LookedAt()
    told = job.report(1, 1000)
    come.join(PATIENCE)
    assert told != job.joinable


def test_a_visitor_who_polls_keeps_a_job_alive(executor, store):
    clock = Clock()
    jobs = Jobs(executor, store, clock=clock)
    job = None

    def run(report):
        for step in range(10):
            clock.now += WATCHING_FOR - 1
            jobs.find(job.task, "ada")
            if report(step, 10):
                return -1
        return 1

    lock = threading.Event()
    job = jobs.submit(task("a", lambda report: lock.wait(5) and run(report)), "ada")
    lock.set()
    assert job.wait(5).result == 1


ENDS = """
import time
from core.jobs.job import Task
from core.jobs.queue import the_jobs
def run(report):
    while not report(1, 3000):
        time.sleep(0.02)
    return 0
identity = dict(encode=lambda n: None, decode=lambda record: 0, complete=lambda n: False)
job = the_jobs().submit(Task(key="long", title="Long", run=run, **identity), "ada")
while job.state.progress is None:
    time.sleep(0.01)
"""


def test_a_process_that_ends_does_not_wait_for_its_jobs(tmp_path):
    environment = {**os.environ, "LAB_CACHE": str(tmp_path)}
    # The job goes on until it is stopped, and the process would wait for it.
    done = subprocess.run(
        [sys.executable, "-c", ENDS],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
