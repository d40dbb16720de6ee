"""Whatever a file holds: a sinogram of it is prepared, or one sentence says why not."""

import io
import itertools
import tempfile
from contextlib import suppress
from pathlib import Path

import h5py
import mrcfile
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.problem.measured import Acquisition, MeasuredScan, OwnSinogram
from core.problem.reader_process.limits import Limits
from core.problem.reader_process.pool import ReaderPool, Settings

RNG = np.random.default_rng(0)
STACK = RNG.random((4, 18, 16), np.float32) + 1
ANGLES = np.arange(0, 180, 10.0)


def saved(write):
    """What `write` puts into a file."""
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def exchange(file):
    with h5py.File(file, "w") as group:
        group["exchange/data"] = STACK.transpose(1, 0, 2)
        group["exchange/data_white"] = np.full((2, 4, 16), 3, np.float32)
        group["exchange/theta"] = ANGLES
        group["exchange/theta"].attrs["units"] = "degrees"


def mrc(file):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.mrc"
        with mrcfile.new(path) as made:
            made.set_data(STACK.transpose(1, 0, 2).copy())
        file.write(path.read_bytes())


FILES = {
    "npz": saved(lambda file: np.savez(file, data=STACK[0], theta=ANGLES)),
    "npy": saved(lambda file: np.save(file, STACK)),
    "csv": saved(lambda file: np.savetxt(file, STACK[0], delimiter=",", header="counts")),
    "tiff": saved(lambda file: tifffile.imwrite(file, STACK, photometric="minisblack")),
    "hdf5": saved(exchange),
    "mrc": saved(mrc),
}
COUNT = itertools.count()


@pytest.fixture(scope="module")
def pool():
    pool = ReaderPool(Settings(limits=Limits(seconds=20, nbytes=500_000_000)))
    yield pool
    pool.close()


def prepare(pool, content, index=None, stacked="auto", views=0):
    """Read and prepare a sinogram; whatever is wrong is a sentence. Return whether it was read."""
    try:
        raw = pool.read_sinogram(content, index, stacked, views)
        series = OwnSinogram(digest=f"fuzz {next(COUNT)}", title_of_file="file", sinogram=raw)
        for acquired in (Acquisition(angles_from="even"), Acquisition()):
            source = MeasuredScan(series=series, acquisition=acquired)
            assert np.isfinite(source.prepared.data).all()
    except InputError as error:  # any other exception fails the test
        sentence = str(error)
        assert sentence[0].isupper() or sentence[0].isdigit() or "/" in sentence.split()[0]
        assert sentence.endswith(".")
        assert len(sentence) < 700
        return False
    return True


@pytest.mark.parametrize("kind", FILES)
def test_cut_short_anywhere(pool, kind):
    content = FILES[kind]
    for length in {0, 3, 40, *np.linspace(64, len(content) - 1, 12, dtype=int).tolist()}:
        prepare(pool, content[:length], views=18)
    assert pool.read_sinogram(content, None, "auto", 18).data.size  # it has lived on


@pytest.mark.parametrize("kind", FILES)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_with_bytes_changed(pool, kind, data):
    content = bytearray(FILES[kind])
    place = st.integers(0, min(len(content), 800) - 1) | st.integers(0, len(content) - 1)
    for offset, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=12)):
        content[offset] = value
    stacked = data.draw(st.sampled_from(["auto", "sinograms", "projections"]))
    index = data.draw(st.none() | st.integers(-1, 5))
    prepare(pool, bytes(content), index, stacked, data.draw(st.sampled_from([0, 18, 7])))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    start=st.sampled_from([c[:length] for c in FILES.values() for length in (4, 140)]),
    rest=st.binary(max_size=600),
)
def test_with_a_right_beginning_and_anything_after_it(pool, start, rest):
    prepare(pool, start + rest)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(content=st.text(alphabet="0123456789.,;eE+- nainf\t\n#", max_size=200))
def test_angles_and_tables_as_text(pool, content):
    prepare(pool, content.encode())
    with suppress(InputError):
        angles, unit = pool.read_angles(content.encode())
        assert angles.ndim == 1
        assert unit in ("", "degrees", "radians")
