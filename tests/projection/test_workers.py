import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.projection.threads import available_threads, parallel_map


def test_results_keep_the_order_of_the_pieces():
    assert parallel_map(lambda n: n * n, list(range(20))) == [n * n for n in range(20)]


def test_pieces_run_side_by_side():
    meeting = threading.Barrier(2, timeout=10)
    parallel_map(lambda _: meeting.wait(), [0, 1])  # breaks unless both are there at once


def test_nested_calls_from_many_callers_come_to_an_end():
    def outer(n):
        return sum(
            parallel_map(lambda m: sum(parallel_map(lambda k: n + m + k, range(4))), range(4))
        )

    with ThreadPoolExecutor(12) as callers:
        found = list(callers.map(outer, range(60), timeout=60))
    assert found == [sum(n + m + k for m in range(4) for k in range(4)) for n in range(60)]


@pytest.mark.parametrize("bad", [0, 1, 3])
def test_an_exception_reaches_the_caller(bad):
    def work(n):
        if n == bad:
            raise ZeroDivisionError(n)

    with pytest.raises(ZeroDivisionError):
        parallel_map(work, range(4))


def test_some_threads_are_available():
    assert 1 <= available_threads() <= 4
