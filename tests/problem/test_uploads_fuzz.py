"""Whatever a file holds: it opens, or one sentence says why not, and this process lives on."""

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.problem.reader_process.limits import Limits
from core.problem.reader_process.pool import ReaderPool, Settings
from core.problem.readers.slices import LARGEST_SIDE
from tests.helpers import sample_files as files

FILES = files.stacks() | files.pictures() | {"latest.h5": files.latest_hdf5()}
PATIENCE = 60.0
"""Seconds; what hangs is given up after 3, and the machine may be busy."""


@pytest.fixture(scope="module")
def pool():
    pool = ReaderPool(Settings(limits=Limits(seconds=3, nbytes=500_000_000)))
    yield pool
    pool.close()


def try_to_open(pool, content, slice_=0):
    late = threading.Event()

    def give_up():
        late.set()
        pool.close()

    timer = threading.Timer(PATIENCE, give_up)
    timer.start()
    try:
        read = pool.read(content, slice_)
    except InputError as error:  # any other exception fails the test
        sentence = str(error)
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    else:
        assert read.pixels.dtype == np.float32
        assert max(read.pixels.shape) <= LARGEST_SIDE
        assert read.pixels.min() >= 0
        assert read.pixels.max() == 1
    finally:
        timer.cancel()
    assert not late.is_set()


@pytest.mark.parametrize("name", FILES)
def test_cut_short_anywhere(pool, name):
    content = FILES[name]
    offsets = {*range(0, 40, 3), *np.linspace(40, len(content) - 1, 40, dtype=int)}
    for offset in sorted(offsets):
        try_to_open(pool, content[:offset])


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_with_bytes_changed(pool, name, data):
    content = bytearray(FILES[name])
    place = st.integers(0, min(len(content), 800) - 1) | st.integers(0, len(content) - 1)
    changes = st.lists(st.tuples(place, st.integers(0, 255)), min_size=1, max_size=12)
    for offset, value in data.draw(changes):
        content[offset] = value
    try_to_open(pool, bytes(content), data.draw(st.integers(0, 5)))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    start=st.sampled_from([content[:length] for content in FILES.values() for length in (4, 140)]),
    rest=st.binary(max_size=600),
)
def test_with_a_right_beginning_and_anything_after_it(pool, start, rest):
    try_to_open(pool, start + rest)
