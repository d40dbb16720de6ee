"""Sinograms that nothing can be made of: one sentence says why."""

import h5py
import numpy as np
import pytest

from core.errors import InputError
from core.problem.measured import Acquisition, MeasuredScan, parse_series
from core.problem.preparation.steps.binning import Binning
from core.problem.preparation.steps.centre import Centre
from core.problem.preparation.steps.flat_field import FlatField
from core.problem.preparation.steps.logarithm import Logarithm

GOOD = np.random.default_rng(0).random((20, 32)) + 1
EMPTY = r"The file holds no projection: the sinogram is empty\."
WITH_NAN = np.where(np.arange(20)[:, None] == 6, np.nan, GOOD)


@pytest.mark.parametrize(
    ("arrays", "acquisition", "step", "sentence"),
    [
        ({"sinogram": GOOD, "theta": np.arange(19.0)}, {}, None,
         "19 angles for a sinogram of 20 × 32"),
        ({"sinogram": GOOD, "theta": np.arange(20.0)}, {"angle_unit": "radians"}, None, None),
        ({"sinogram": GOOD, "theta": np.arange(20.0) * 9}, {"angle_unit": "radians"}, None,
         "would be 27 turns: these are degrees"),
        ({"sinogram": GOOD, "theta": np.linspace(0, 3.1, 20)}, {"angle_unit": "degrees"}, None,
         r"would cover 3.1° only: these are radians"),
        ({"sinogram": GOOD}, {}, None, "holds no angles"),
        ({"sinogram": GOOD}, {"angles_from": "even", "angle_count": 21}, None,
         "There are 21 angles"),
        ({"sinogram": GOOD}, {"angles_from": "even", "angle_count": 32, "orientation": "rows"},
         None, "number of views is 32, but the sinogram has 20"),
        ({"sinogram": WITH_NAN, "theta": np.arange(20.0)}, {}, None,
         "1 of 20 views hold values that are not numbers .* view 7"),
        ({"sinogram": GOOD, "theta": np.arange(20.0) * np.nan}, {}, None, "Angle 1 of 20 is not"),
        ({"sinogram": GOOD * 0 + 3, "theta": np.arange(20.0)}, {}, None, "every value is 3"),
        ({"sinogram": GOOD - 1.5, "theta": np.arange(20.0)}, {}, Logarithm(take="yes"),
         "counts are negative, the lowest is -0.49"),
        ({"sinogram": GOOD, "theta": np.arange(20.0), "flat": np.zeros(32)}, {}, None,
         "flat field is 0 at detector 1 and not positive at 32 of 32"),
        ({"sinogram": GOOD, "theta": np.arange(20.0), "flat": np.ones(30)}, {}, None,
         "fits none of the 20 or 32"),
        ({"sinogram": GOOD, "theta": np.arange(20.0)}, {}, FlatField(field="file"),
         "holds no flat field"),
        ({"sinogram": GOOD, "theta": np.arange(20.0)}, {}, Binning(detectors=16),
         "leave 2; at least 8"),
        ({"sinogram": GOOD, "theta": np.arange(20.0)}, {}, Centre(by="pairs"),
         "half a turn apart"),
        ({"sinogram": GOOD, "theta": np.arange(20.0)}, {}, Centre(by="hand", offset=20.0),
         "20.0 detectors from the middle, outside the row: up to 16"),
        ({"sinogram": GOOD, "theta": np.arange(20.0) * 18}, {"rays": "fan"}, Centre(by="pairs"),
         "by sharpness"),
        ({"sinogram": GOOD + 1j, "theta": np.arange(20.0)}, {}, None, "complex values"),
        ({"theta": np.arange(20.0)}, {}, None, "holds no sinogram"),
        ({"sinogram": np.ones((1, 20, 32)) * GOOD, "theta": np.arange(20.0)}, {}, None, None),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(tmp_path, arrays, acquisition, step, sentence):
    path = tmp_path / "bad.npz"
    np.savez(path, **arrays)

    def opened():
        source = MeasuredScan(
            series=parse_series(str(path)), acquisition=Acquisition(**acquisition)
        )
        return (source.with_step(step) if step else source).measurement()

    if sentence is None:
        opened()
    else:
        with pytest.raises(InputError, match=sentence) as found:
            opened()
        assert "\n" not in str(found.value)


def test_a_stack_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "large.npy"
    with path.open("wb") as file:  # a header that claims more than there is
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<f8", "fortran_order": False, "shape": (4000, 4000, 4000)}
        )
    with pytest.raises(InputError, match=r"64000\.0 million values; up to 64 million"):
        parse_series(str(path))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("1,2\n3,x\n", "no table of numbers"), ("words only\n", "unknown type"), ("", "0 bytes")],
)
def test_a_text_that_is_no_table_is_refused(tmp_path, text, sentence):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=sentence):
        parse_series(str(path))


@pytest.mark.parametrize("shape", [(0, 64), (64, 0), (1, 0, 64)])
def test_a_sinogram_without_values_is_refused(tmp_path, shape):
    path = tmp_path / "empty.npy"
    np.save(path, np.zeros(shape, np.float32))
    with pytest.raises(InputError, match=EMPTY):
        parse_series(str(path))


def test_a_file_of_flat_fields_alone_is_refused(tmp_path):
    path = tmp_path / "flats.nxs"
    with h5py.File(path, "w") as file:
        file["entry/data/data"] = np.ones((6, 4, 32), np.float32)
        file["entry/data/image_key"] = np.ones(6, int)
        file["entry/data/rotation_angle"] = np.zeros(6)
    with pytest.raises(InputError, match=EMPTY):
        parse_series(f"{path}:1")
