"""A few threads that share a computation, one pool for the whole process.

Numba's own threads abort the process when two callers enter a parallel loop at once, so the
kernels are serial, release the GIL, and are handed out here in as many pieces as the caller asks
for. The caller works too, and takes back every piece that no helper has begun: a call never
waits for work that is not its own, and cannot deadlock however calls are nested.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")

# Beyond four threads these products wait for memory, not for arithmetic.
MOST_THREADS = 4


def available_threads() -> int:
    """The cores that this process may use, at most `MOST_THREADS`."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    return max(1, min(cores, MOST_THREADS))


_HELPERS = ThreadPoolExecutor(max(1, available_threads() - 1), thread_name_prefix="projector")


def parallel_map(work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> list[Result]:
    """Return `[work(piece) for piece in pieces]`, worked on by as many threads as are free."""
    futures = [_HELPERS.submit(work, piece) for piece in pieces[1:]]
    results = {0: work(pieces[0])}
    for number in range(len(pieces) - 1, 0, -1):
        if futures[number - 1].cancel():
            results[number] = work(pieces[number])
    return [
        results[number] if number in results else futures[number - 1].result()
        for number in range(len(pieces))
    ]
