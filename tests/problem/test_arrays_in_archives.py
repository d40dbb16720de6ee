"""The array that is chosen in a file is the one shown, also in a ZIP archive or a folder."""

import numpy as np
import pytest

from core.problem.readers.slices import read_slice
from core.problem.readers.volume import read_volume
from tests.helpers.sample_files import STACK, hdf5, picture, refused, scaled, zipped

FIRST, OTHER = STACK.astype(np.float32), STACK[::-1, :8].astype(np.float32)


def both(one, other):
    return hdf5(lambda file: file.update({"a": one, "b": other}))


STACKED = {"one.h5": both(FIRST, OTHER)}
SLICES = {f"{k}.h5": both(FIRST[k], OTHER[k]) for k in range(len(FIRST))}


@pytest.fixture(params=["ZIP", "folder"])
def packed(request, tmp_path):
    """Give a function that puts files into a ZIP archive, or into a folder."""

    def pack(members):
        if request.param == "ZIP":
            return zipped(members)
        for name, content in members.items():
            (tmp_path / name).write_bytes(content)
        return tmp_path

    return pack


@pytest.mark.parametrize("members", [STACKED, SLICES], ids=["a stack", "slices"])
@pytest.mark.parametrize(("dataset", "expected"), [("", FIRST), ("a", FIRST), ("b", OTHER)])
def test_the_chosen_array_is_the_volume(packed, members, dataset, expected):
    read = read_volume(packed(members), dataset)
    assert read.shape == expected.shape
    assert read.dataset == (dataset or "a")
    assert read.arrays == {"a": FIRST.shape, "b": OTHER.shape}
    np.testing.assert_allclose(read.voxels, scaled(expected), atol=1e-6)


@pytest.mark.parametrize("members", [STACKED, SLICES], ids=["a stack", "slices"])
@pytest.mark.parametrize(("dataset", "expected"), [("", FIRST), ("a", FIRST), ("b", OTHER)])
def test_the_chosen_array_is_the_image(members, dataset, expected):
    read = read_slice(zipped(members), 1, dataset)
    assert (read.shape, read.dataset) == (expected.shape, dataset or "a")
    assert read.arrays == {"a": FIRST.shape, "b": OTHER.shape}
    np.testing.assert_allclose(read.pixels, scaled(expected[1]), atol=1e-6)


@pytest.mark.parametrize("members", [STACKED, SLICES], ids=["a stack", "slices"])
def test_an_array_that_the_files_have_not_is_refused(packed, members):
    content = packed(members)
    for read in (
        lambda c, _: read_volume(c, "c"),
        lambda c, _: read_slice(zipped(members), 1, "c"),
    ):
        assert "has no array 'c'; its arrays are a" in refused(content, read=read)


def test_files_of_one_array_have_no_other(packed):
    content = packed({f"{k}.png": picture(STACK[k].astype(np.uint8), "PNG") for k in range(3)})
    words = "one array only: there is no 'c'"
    assert words in refused(content, read=lambda c, _: read_volume(c, "c"))
