"""What a reader answers is checked, and what it says of a file is short."""

import numpy as np
import pytest

from core.problem.reader_process import process
from core.problem.reader_process.answers import checked_angles, checked_sinogram, checked_slice
from core.problem.uploads import open_upload
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused

HEADER = {
    "kind": "x", "dataset": "", "shape": [1, 2, 2], "index": 0, "pixels": [1, 2], "last": False,
    "arrays": [], "outside": 0.0,
}  # fmt: skip
HUGE = 10**400
"""A whole number that JSON has, and no float."""
LIES = [
    {"shape": [1, -2, 2]},
    {"shape": [1, 2]},
    {"shape": [10**6, 10**6, 10**6]},
    {"shape": "ab"},
    {"index": 1},
    {"index": 0.5},
    {"index": False},
    {"index": HUGE},
    {"pixels": [HUGE, 1]},
    {"outside": HUGE},
    {"pixels": [2, 2]},
    {"pixels": [0, 0]},
    {"kind": None, "pixels": None},
    {"arrays": [["x", [1, -2, 2]]]},
    {"arrays": "ab"},
    {"outside": 2.0},
    {"outside": "much"},
]


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_no_reader_gives_is_not_believed(lie):
    pixels = np.array([[0, 1]], np.float32).tobytes()
    checked_slice(HEADER, pixels)
    with pytest.raises(process.CrashError):
        checked_slice({**HEADER, **lie}, pixels)
    for values in ([0, 2], [-1, 0], [np.nan, 0]):
        with pytest.raises(process.CrashError):
            checked_slice(HEADER, np.array([values], np.float32).tobytes())


@pytest.mark.parametrize("lengths", [[0, 5], [5, 0], [0, 0]])
def test_an_answer_without_pixels_is_not_believed(lengths):
    with pytest.raises(process.CrashError):
        checked_slice({**HEADER, "pixels": lengths}, b"")


SINOGRAM = {
    "kind": "x", "dataset": "", "stacked": "", "slices": 1, "index": 0, "shape": [1, 2],
    "white": 0, "dark": 0, "angles": 0, "unit": "",
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [{"shape": [HUGE, 2]}, {"slices": HUGE}, {"slices": True}, {"white": HUGE}, {"angles": False}],
)
def test_a_sinogram_that_no_reader_gives_is_not_believed(lie):
    content = np.zeros(2, np.float32).tobytes()
    checked_sinogram(SINOGRAM, content)
    with pytest.raises(process.CrashError):
        checked_sinogram({**SINOGRAM, **lie}, content)
    with pytest.raises(process.CrashError):
        checked_angles({"unit": "", "angles": HUGE}, content)


def test_names_in_a_file_do_not_make_a_sentence_long():
    content = files.hdf5(lambda file: [file.create_group(f"{k}{'é' * 20_000}") for k in range(9)])
    assert len(refused(content)) < 3000
    long_name = files.hdf5(lambda file: file.create_dataset("x" * 30_000, data=STACK))
    assert len(open_upload("x.h5", long_name).info.dataset) <= 200
