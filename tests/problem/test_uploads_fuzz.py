"""Whatever a file holds: it opens, or one sentence says why not, and soon."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.problem.uploads import inspect_upload, open_upload
from tests.helpers import sample_files as files

FILES = files.stacks() | files.pictures()
LONGEST = 3.0
"""Seconds of work; the slowest seen took 0.4. A hang is what this is to find."""

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def try_to_open(content, slice_=0):
    start = time.process_time()
    try:
        inspect_upload("own", content)
        image = open_upload("own", content, slice_).read(64)
    except InputError:
        pass  # any other exception fails the test
    else:
        assert image.max() == 1
        assert image.min() >= 0
    assert time.process_time() - start < LONGEST


@pytest.mark.parametrize("name", FILES)
def test_cut_short_anywhere(name):
    content = FILES[name]
    offsets = {*range(0, 40, 3), *np.linspace(40, len(content) - 1, 40, dtype=int)}
    for offset in sorted(offsets):
        try_to_open(content[:offset])


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_with_bytes_changed(name, data):
    content = bytearray(FILES[name])
    place = st.integers(0, min(len(content), 800) - 1) | st.integers(0, len(content) - 1)
    changes = st.lists(st.tuples(place, st.integers(0, 255)), min_size=1, max_size=12)
    for offset, value in data.draw(changes):
        content[offset] = value
    try_to_open(bytes(content), data.draw(st.integers(0, 5)))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    start=st.sampled_from([content[:length] for content in FILES.values() for length in (4, 140)]),
    rest=st.binary(max_size=600),
)
def test_with_a_right_beginning_and_anything_after_it(start, rest):
    try_to_open(start + rest)
