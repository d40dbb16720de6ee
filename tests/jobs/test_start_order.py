"""The order in which waiting jobs start, against its definition, and what it costs."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.jobs.job import Job
from core.jobs.shares import MOST_JOBS
from core.jobs.start_order import start_order
from tests.helpers.queued import task

VISITORS = ("ada", "bob", "cy", "dan")


def job_of(visitors, name="job"):
    job = Job(task(name, lambda report: 0))
    for visitor in visitors:
        job.seen_by(visitor)
    return job


def by_definition(waiting, served, starts, used_up):
    """Look at all jobs that are left, again and again."""
    served, left, order = dict(served), list(waiting), []
    while left:
        lasts = [min((served.get(v, 0) for v in job.visitors), default=0) for job in left]
        keys = [(used_up(job), last) for job, last in zip(left, lasts, strict=True)]
        order.append(left.pop(keys.index(min(keys))))
        served.update(dict.fromkeys(order[-1].visitors, starts + len(order)))
    return order


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sets(st.sampled_from(VISITORS)), max_size=12),
    st.dictionaries(st.sampled_from(VISITORS), st.integers(0, 9)),
    st.sets(st.integers(0, 11)),
)
def test_the_next_is_always_the_one_whose_visitor_was_served_longest_ago(watchers, served, late):
    waiting = [job_of(visitors) for visitors in watchers]
    lasting = {job for number, job in enumerate(waiting) if number in late}
    given = served, 9, lasting.__contains__
    assert start_order(waiting, *given) == by_definition(waiting, *given)


class Counted(str):
    """A visitor's name that counts how often something is looked up by it."""

    looks = 0

    def __hash__(self):
        type(self).looks += 1
        return super().__hash__()

    __eq__ = str.__eq__


@pytest.mark.parametrize("each", [1, MOST_JOBS], ids=["one each", "as many as one may have"])
def test_ten_times_the_jobs_cost_ten_times_the_looks(each, monkeypatch):
    def looks(count):
        names = [Counted(f"visitor {n // each}") for n in range(count)]
        waiting = [job_of([name]) for name in names]
        monkeypatch.setattr(Counted, "looks", 0)
        assert len(start_order(waiting, {}, 0, lambda job: False)) == count
        return Counted.looks

    few, many = looks(10 * MOST_JOBS), looks(100 * MOST_JOBS)
    assert many <= 10 * few * math.log(100 * MOST_JOBS) / math.log(10 * MOST_JOBS)
