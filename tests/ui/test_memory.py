import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.ui import memory

FREED = """
from pathlib import Path
import numpy as np
from core.ui import memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

memory.limit_malloc_arenas()
# Small pieces come from the heap; the last one keeps its top from shrinking by itself.
pieces = [np.ones(2000) for _ in range(5000)]
last = np.ones(2000)
full = resident()
pieces.clear()
kept = resident()
memory.trim_heap()
print(full - kept, full - resident(), int(last.sum()))
"""


@pytest.mark.skipif(memory._libc() is None, reason="There is no glibc here.")
def test_what_is_free_goes_back_to_the_machine():
    # In a process where nothing else takes or frees memory: 80 MB in pieces of 16 kB.
    done = subprocess.run(
        [sys.executable, "-c", FREED],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    by_itself, given_back, total = map(int, done.stdout.split())
    assert by_itself < 8e6
    assert given_back > 72e6
    assert total == 2000


def test_the_heaps_are_limited_once_and_trimmed_each_time(monkeypatch):
    calls = []
    libc = SimpleNamespace(
        mallopt=lambda *arguments: calls.append(("mallopt", *arguments)),
        malloc_trim=lambda *arguments: calls.append(("malloc_trim", *arguments)),
    )
    monkeypatch.setattr(memory, "_libc", lambda: libc)
    memory.limit_malloc_arenas.cache_clear()
    for _ in range(2):
        memory.limit_malloc_arenas()
        memory.trim_heap()
    # M_ARENA_MAX of malloc.h is -8.
    assert calls == [("mallopt", -8, 2), ("malloc_trim", 0), ("malloc_trim", 0)]
    memory.limit_malloc_arenas.cache_clear()


def test_without_glibc_nothing_happens(monkeypatch):
    monkeypatch.setattr(memory, "_libc", lambda: None)
    memory.limit_malloc_arenas.cache_clear()
    memory.limit_malloc_arenas()
    memory.trim_heap()
    memory.limit_malloc_arenas.cache_clear()
