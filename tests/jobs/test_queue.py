import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from threading import Semaphore

import numpy as np
import pytest

from core.errors import InputError
from core.jobs.executor import ThreadExecutor
from core.jobs.job import WATCHING_FOR, Task
from core.jobs.queue import Jobs
from core.storage.record import Record
from core.storage.store import Store

PATIENCE = 60
"""Seconds to wait for a thread on a busy machine; most waits end at once."""


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def executor():
    with ThreadExecutor(2) as pool:
        yield pool


@pytest.fixture
def single():
    """An executor that runs one job after the other."""
    with ThreadExecutor(1) as pool:
        yield pool


def task(key, run):
    """A task whose result is a number; a negative one was cut short."""
    return Task(
        key=key,
        title=f"Task {key}",
        run=run,
        encode=lambda number: Record(header={"number": number}, arrays={"zeros": np.zeros(100)}),
        decode=lambda record: record.header["number"],
        complete=lambda number: number >= 0,
    )


class Gate:
    """A task's work that runs until the gate opens, it is told to stop, or a test has failed."""

    def __init__(self, result=1, step_seconds=0.005):
        self.began, self.open = threading.Event(), threading.Event()
        self.result, self.step_seconds, self.runs = result, step_seconds, 0

    def __call__(self, report):
        self.runs += 1
        self.began.set()
        for step in range(int(10 / self.step_seconds)):
            if self.open.wait(self.step_seconds):
                break
            if report(step, 1000):
                return -1
        return self.result


def test_a_task_runs_and_its_result_is_stored(executor, store):
    jobs = Jobs(executor, store)
    state = jobs.submit(task("a", lambda report: 7), "ada").wait(5)
    assert (state.phase, state.result, state.error) == ("done", 7, "")
    executor.shutdown()  # the record is written after the watchers have their result
    later = Jobs(ThreadExecutor(1), store)
    never = task("a", lambda report: pytest.fail("ran again"))
    assert later.find(never, "bob").state.result == 7
    assert later.submit(never, "bob").state.phase == "done"


def test_equal_questions_share_one_job_under_fire(executor, store):
    jobs, gate = Jobs(executor, store), Gate(result=3)
    asked = []
    together = threading.Barrier(16)

    def ask(number):
        together.wait()
        asked.append(jobs.submit(task("same", gate), f"visitor {number}"))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, asked))) == 1
    assert asked[0].watchers == 16
    gate.open.set()
    assert asked[0].wait(5).result == 3
    assert gate.runs == 1


def test_many_visitors_with_many_questions_all_get_their_own_answer(executor, store):
    jobs = Jobs(ThreadExecutor(4), store)
    wrong = []

    def work(number):
        def run(report):
            for step in range(5):
                report(step, 5)
            return number

        return run

    def visit(visitor):
        for number in range(40):
            job = jobs.submit(task(f"q{number}", work(number)), str(visitor))
            if number % 7 == visitor:
                jobs.stop(job.task, str(visitor))
            elif job.wait(10).result not in (number, None):
                wrong.append((visitor, number, job.state))

    threads = [threading.Thread(target=visit, args=(v,)) for v in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_progress_tells_rate_and_time_left(executor, store):
    clock = Clock()
    jobs = Jobs(executor, store, clock=clock)
    image, reported, go = np.ones((2, 2), np.float32), threading.Event(), threading.Event()

    def run(report):
        report(0, 50)
        clock.now += 2.0
        report(10, 50, image=image, part="1 of 3", parts=("first",))
        reported.set()
        go.wait(5)
        return 0

    job = jobs.submit(task("a", run), "ada")
    assert reported.wait(5)
    progress = job.state.progress
    assert (progress.step, progress.steps) == (10, 50)
    assert progress.rate == pytest.approx(5.0)  # 10 steps in 2 s
    assert progress.seconds_left == pytest.approx(8.0)  # 40 more at that rate
    assert progress.image is image
    assert (progress.part, progress.parts) == ("1 of 3", ("first",))
    go.set()


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


def test_the_queue_takes_turns_between_visitors(single, store):
    jobs, gate, order = Jobs(single, store), Gate(), []
    jobs.submit(task("busy", gate), "zoe")

    def note(name):
        return lambda report: order.append(name) or 0

    keen = [jobs.submit(task(f"ada {n}", note(f"ada {n}")), "ada") for n in range(4)]
    late = [jobs.submit(task(f"bob {n}", note(f"bob {n}")), "bob") for n in range(2)]
    assert [job.queue_position for job in keen] == [1, 3, 5, 6]
    assert [job.queue_position for job in late] == [2, 4]
    gate.open.set()
    for job in keen + late:
        job.wait(5)
    assert order == ["ada 0", "bob 0", "ada 1", "bob 1", "ada 2", "ada 3"]
    assert all(job.queue_position == 0 for job in keen + late)


def test_never_more_run_at_once_than_there_are_workers(executor, store):
    jobs, gates = Jobs(executor, store), [Gate() for _ in range(5)]
    asked = [jobs.submit(task(str(n), gate), "ada") for n, gate in enumerate(gates)]
    assert [job.state.phase for job in asked].count("running") == 2
    for gate in gates:
        gate.open.set()
    assert all(job.wait(5).phase == "done" for job in asked)


def test_a_bad_input_reaches_the_visitor_as_it_is(executor, store):
    def run(report):
        raise InputError("Angles must be from 1 to 720, not 0.")

    state = Jobs(executor, store).submit(task("a", run), "ada").wait(5)
    assert (state.phase, state.error) == ("failed", "Angles must be from 1 to 720, not 0.")


def test_an_error_of_the_program_is_logged_and_told_without_details(executor, store, caplog):
    def run(report):
        raise ZeroDivisionError("secret detail")

    jobs = Jobs(executor, store)
    with caplog.at_level(logging.ERROR):
        state = jobs.submit(task("a", run), "ada").wait(5)
    assert state.phase == "failed"
    assert "ZeroDivisionError" in state.error
    assert "secret" not in state.error
    assert "secret detail" in caplog.text  # with its traceback, for whoever runs the lab
    assert jobs.submit(task("a", lambda report: 5), "ada").wait(5).result == 5


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
    subprocess.run(
        [sys.executable, "-c", ENDS],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        timeout=180,
        check=True,
    )


def test_find_starts_nothing(executor, store):
    jobs = Jobs(executor, store)
    assert jobs.find(task("a", lambda report: pytest.fail("ran")), "ada") is None


def test_a_stored_result_that_cannot_be_decoded_is_computed_again(executor, store):
    store.put("a", Record(header={"something": "else"}, arrays={}))
    jobs = Jobs(executor, store)
    assert jobs.submit(task("a", lambda report: 4), "ada").wait(5).result == 4


def test_finished_results_leave_memory_but_not_the_store(single, store, monkeypatch):
    monkeypatch.setattr("core.jobs.queue.CACHED_BYTES", 1000)  # each result counts 800
    jobs = Jobs(single, store)
    first = jobs.submit(task("a", lambda report: 1), "ada")
    first.wait(5)
    jobs.submit(task("b", lambda report: 2), "ada").wait(5)
    single.shutdown()
    again = jobs.find(first.task, "ada")
    assert again is not first
    assert again.state.result == 1
