import pytest

from core.jobs.job import Job, JobState
from tests.helpers.queued import task


def state_after(*parts):
    job = Job(task("a", lambda report: 0))
    job.report(1, 2, parts=parts)
    return job.state


@pytest.mark.parametrize("phase", ["waiting", "failed"])
def test_before_the_first_report_nothing_has_been_computed(phase):
    state = JobState(phase=phase)
    assert state.parts_so_far == ()
    assert state.result_so_far is None


def test_before_the_first_part_nothing_has_been_computed():
    assert state_after().parts_so_far == ()
    assert state_after().result_so_far is None


def test_of_a_running_job_the_parts_that_are_done_can_be_read():
    assert state_after("first", "second").parts_so_far == ("first", "second")
    assert state_after("half of it").result_so_far == "half of it"


def test_the_result_takes_the_place_of_the_parts():
    progress = state_after("first").progress
    state = JobState(phase="stopped", progress=progress, result=("first", "second"))
    assert state.parts_so_far == state.result_so_far == ("first", "second")
    empty = JobState(phase="stopped", progress=progress, result=())  # as falsy as no result
    assert empty.parts_so_far == empty.result_so_far == ()
