from pathlib import Path

import numpy as np
import pytest

from core.ui import memory


def resident():
    words = Path("/proc/self/statm").read_text().split()
    return int(words[1]) * 4096


@pytest.mark.skipif(memory._libc() is None, reason="There is no glibc here.")
def test_what_is_free_goes_back_to_the_machine():
    memory.few_heaps()
    # Small pieces come from the heap; the last one keeps its top from shrinking by itself.
    pieces = [np.ones(2000) for _ in range(5000)]
    last = np.ones(2000)
    full = resident()
    pieces.clear()
    memory.give_back()
    assert full - resident() > 40e6
    assert last.sum() == 2000
