"""Limits of each visitor: a newcomer's short job does not wait for the long ones of others."""

import math

import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs.executor import ThreadExecutor
from core.jobs.job import Task
from core.jobs.queue import Jobs
from core.jobs.shares import MINUTE, MOST_JOBS, MOST_SECONDS, ONE_LONG, SHORT_WORK, USED_UP
from core.methods.admm import ADMM
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.fbp import FBP
from core.problem.scan import Scan
from core.storage.record import Record
from core.storage.store import Store
from core.studies.reconstruction import ReconstructionStudy
from tests.jobs.test_queue import Clock, Gate

LARGE = Scan(size=512, beam=ParallelBeam(views=EvenViews(angles=720), detectors=512))


def task(key, run, work=math.inf):
    return Task(
        key=key,
        title=key,
        run=run,
        encode=lambda number: Record(header={"number": number}, arrays={}),
        decode=lambda record: record.header["number"],
        complete=lambda number: number >= 0,
        work=work,
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def executor():
    with ThreadExecutor(2) as pool:
        yield pool


@pytest.fixture
def jobs(tmp_path, clock, executor):
    jobs = Jobs(executor, Store(tmp_path), clock)
    yield jobs
    jobs.close()


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open.set()


def ask(jobs, gate, visitor, count=1, start=0):
    return [jobs.submit(task(f"{visitor} {n}", gate), visitor) for n in range(start, start + count)]


def phases(asked):
    return [job.state.phase for job in asked]


def test_a_short_job_answers_while_ten_long_ones_of_another_are_queued(jobs, gate):
    long = ask(jobs, gate, "ada", 10)
    assert phases(long).count("running") == 2
    short = jobs.submit(task("short", lambda report: 7, work=SHORT_WORK), "bob")
    assert short.wait(30).result == 7
    assert phases(long).count("running") == 2


def test_the_worker_for_short_jobs_takes_no_long_one(jobs, gate):
    ask(jobs, gate, "ada", 2)
    (waiting,) = ask(jobs, gate, "bob")
    slow = Gate()
    short = [jobs.submit(task(f"s{n}", slow, work=1.0), "cy") for n in range(2)]
    assert phases([waiting, *short]) == ["waiting", "running", "waiting"]
    slow.open.set()
    assert [job.wait(30).phase for job in short] == ["done", "done"]


def test_one_long_job_at_a_time_while_others_are_there(jobs, gate):
    (newcomer,) = ask(jobs, gate, "bob")
    long = ask(jobs, gate, "ada", 2)
    assert phases([newcomer, *long]) == ["running", "running", "waiting"]
    assert long[1].limit == ONE_LONG
    (third,) = ask(jobs, gate, "cy")
    jobs.stop(newcomer.task, "bob")
    newcomer.wait(30)
    assert phases([long[1], third]) == ["waiting", "running"]


def test_alone_a_visitor_uses_all_workers(jobs, gate):
    assert phases(ask(jobs, gate, "ada", 3)) == ["running", "running", "waiting"]


def test_too_many_jobs_are_refused_in_a_sentence_and_others_are_not(jobs, gate):
    asked = ask(jobs, gate, "ada", MOST_JOBS)
    (refused,) = ask(jobs, gate, "ada", 1, start=MOST_JOBS)
    assert refused.state.phase == "failed"
    assert f"{MOST_JOBS} jobs" in refused.state.error
    assert "stop one" in refused.state.error
    assert phases(ask(jobs, gate, "bob")) == ["waiting"]
    assert jobs.submit(asked[0].task, "ada") is asked[0], "to look at what one has is no new job"
    jobs.stop(asked[-1].task, "ada")
    assert phases(ask(jobs, gate, "ada", 1, start=MOST_JOBS)) == ["waiting"]


def test_who_has_computed_for_long_comes_last_until_the_minute_is_over(jobs, clock, gate):
    first = Gate()
    used = [jobs.submit(task(f"used {n}", first), "ada") for n in range(2)]
    clock.now += MOST_SECONDS / 2
    first.open.set()
    for job in used:
        job.wait(30)
    blocking = ask(jobs, gate, "bob", 1) + ask(jobs, gate, "cy", 1)
    assert phases(blocking) == ["running", "running"]
    (tired,) = ask(jobs, gate, "ada", 1, start=5)
    fresh = [jobs.submit(task(f"{who} x", gate), who) for who in ("dan", "eve")]
    assert [job.queue_position for job in (tired, *fresh)] == [3, 1, 2]
    assert tired.limit == USED_UP
    clock.now += MINUTE + 1
    jobs.find(tired.task, "ada")
    jobs.stop(fresh[1].task, "eve")
    assert (tired.queue_position, tired.limit) == (2, "")  # behind dan, who had no turn yet


def test_what_is_short():
    assert ReconstructionStudy(scan=LARGE, method=FBP()).work <= SHORT_WORK
    assert ReconstructionStudy(scan=LARGE, method=ADMM()).work > SHORT_WORK
    small = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=8), detectors=46))
    assert ReconstructionStudy(scan=small, method=ADMM()).work <= SHORT_WORK
    assert ReconstructionStudy(scan=small, method=DeepImagePrior()).work == math.inf
