import logging
import threading

import numpy as np
import pytest

from core.errors import InputError
from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.storage.record import Record
from tests.helpers.queued import Clock, Gate, task


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


def test_find_starts_nothing(executor, store):
    jobs = Jobs(executor, store)
    assert jobs.find(task("a", lambda report: pytest.fail("ran")), "ada") is None


def test_a_stored_result_that_cannot_be_decoded_is_computed_again(executor, store):
    store.put("a", Record(header={"something": "else"}, arrays={}))
    jobs = Jobs(executor, store)
    assert jobs.submit(task("a", lambda report: 4), "ada").wait(5).result == 4
