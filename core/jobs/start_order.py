"""The order in which waiting jobs start."""

from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from core.jobs.job import Job


def start_order(
    waiting: Sequence[Job[Any]],
    served: Mapping[str, int],
    starts: int,
    used_up: Callable[[Job[Any]], bool],
) -> list[Job[Any]]:
    """The waiting jobs, so that visitors take turns, in about n log n operations.

    The next is the one whose visitor was served longest ago, of equals the one that came first;
    those whose visitors have used up their share come behind all others.

    waiting : the jobs as they came.
    served : the number of the start by which each visitor was served last.
    starts : how many starts there have been.
    used_up : whether all visitors of a job have had their share.
    """
    served = dict(served)
    visitors = [job.visitors for job in waiting]
    late = [used_up(job) for job in waiting]
    order: list[Job[Any]] = []

    def turn_of(number: int) -> tuple[bool, int, int]:
        last = min((served.get(visitor, 0) for visitor in visitors[number]), default=0)
        return late[number], last, number

    turns = [turn_of(number) for number in range(len(waiting))]
    heapify(turns)
    while turns:
        turn = heappop(turns)
        number = turn[-1]
        # A turn only ever moves back, when a visitor is served: so the least is looked at again.
        if turn != (present := turn_of(number)):
            heappush(turns, present)
            continue
        order.append(waiting[number])
        served.update(dict.fromkeys(visitors[number], starts + len(order)))
    return order
