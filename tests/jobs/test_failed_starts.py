"""Jobs that cannot be started: no thread, no memory, no connection."""

import logging
import traceback

from core.jobs.job import Job
from core.jobs.queue import Jobs
from tests.helpers.queued import Gate, task


class Broken:
    """An executor of one worker that cannot start the first jobs that it is given."""

    workers = 1

    def __init__(self, pool, failures=1, runs_all_the_same=False):
        self.pool, self.failures, self.depths = pool, failures, []
        self.late = [] if runs_all_the_same else None

    def submit(self, job):
        if self.failures:
            self.failures -= 1
            self.depths.append(len(traceback.extract_stack()))
            if self.late is not None:
                self.late.append(job)
            raise RuntimeError("can't start new thread")
        return self.pool.submit(job)


def test_a_job_that_cannot_be_started_fails_and_leaves_its_place(single, store, caplog):
    jobs = Jobs(Broken(single), store)
    with caplog.at_level(logging.ERROR):
        state = jobs.submit(task("a", lambda report: 1), "ada").wait(5)
    assert state.phase == "failed"
    assert "RuntimeError" in state.error
    assert "can't start new thread" in caplog.text
    assert jobs.submit(task("b", lambda report: 2), "ada").wait(5).result == 2
    assert jobs.submit(task("a", lambda report: 1), "ada").wait(5).result == 1


def test_many_that_cannot_be_started_all_fail_one_after_the_other(single, store):
    broken, gate = Broken(single, failures=0), Gate()
    jobs = Jobs(broken, store)
    jobs.submit(task("busy", gate), "zoe")
    waiting = [jobs.submit(task(str(n), Gate()), f"visitor {n}") for n in range(8)]
    broken.failures = len(waiting)
    gate.open.set()
    assert {job.wait(20).phase for job in waiting} == {"failed"}
    # None is started within the end of another: hundreds would be too deep for Python.
    assert len(set(broken.depths)) == 1
    assert jobs.submit(task("next", lambda report: 5), "ada").wait(5).result == 5


def test_hundreds_that_cannot_be_started_are_not_put_in_order_again_for_each(
    single, store, monkeypatch, caplog
):
    broken, gate = Broken(single, failures=0), Gate()
    jobs = Jobs(broken, store)
    jobs.submit(task("busy", gate), "zoe")
    waiting = [jobs.submit(task(str(n), Gate()), f"visitor {n}") for n in range(100)]
    reads, visitors = [], Job.visitors.fget
    monkeypatch.setattr(Job, "visitors", property(lambda job: reads.append(1) or visitors(job)))
    broken.failures = len(waiting)
    with caplog.at_level(logging.CRITICAL):
        gate.open.set()
        assert {job.wait(60).phase for job in waiting} == {"failed"}
    assert len(reads) <= 12 * len(waiting)  # 100 orders of them all would be 100 × 100


def test_a_job_that_is_started_late_all_the_same_ends_and_stays_failed(single, store):
    # A pool that may have no new thread keeps what it was given for its old ones.
    broken = Broken(single, runs_all_the_same=True)
    job = Jobs(broken, store).submit(task("a", Gate()), "ada")
    (late,) = broken.late
    assert late.task.run(late.report) == -1
    assert job.state.phase == "failed"
