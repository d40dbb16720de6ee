"""A whole file as a volume: upright, with its lengths, within bounds, or one sentence."""

import nibabel
import numpy as np
import pytest

from core.errors import InputError
from core.problem.reader_process.answers import checked_volume
from core.problem.reader_process.process import CrashError
from core.problem.readers import volume as module
from core.problem.readers.volume import read_volume
from core.problem.volumes.own_file import as_one_file, open_own_volume
from tests.helpers import volume_files as files
from tests.helpers.sample_files import (
    STACK,
    dicom,
    fastmri,
    hdf5,
    npy,
    npy_header,
    npz,
    picture,
    refused,
    zipped,
)
from tests.helpers.volume_files import DISTANCE, PIXEL, VOLUME, series

FORMATS = files.volumes()


def refusal(content):
    return refused(content, read=lambda content, _: read_volume(content))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_volume_upright(name):
    content, known = FORMATS[name]
    read = read_volume(content)
    assert read.shape == VOLUME.shape
    np.testing.assert_allclose(read.voxels, VOLUME / VOLUME.max(), atol=1e-6)
    assert (read.spacing is not None) == known
    assert read.steps == pytest.approx((DISTANCE, PIXEL, PIXEL) if known else (1, 1, 1), rel=1e-6)
    assert read.remarks == ()


def test_a_folder_is_read_as_its_files_are(tmp_path):
    for name, content in series().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    np.testing.assert_allclose(read_volume(tmp_path).voxels, VOLUME / VOLUME.max(), atol=1e-6)


def test_several_files_are_one_archive_and_one_file_stays_itself():
    members = [("same.dcm", content) for content in series().values()]
    np.testing.assert_allclose(
        read_volume(as_one_file(members)).voxels, VOLUME / VOLUME.max(), atol=1e-6
    )
    assert as_one_file(members[:1]) is members[0][1]


def test_what_is_no_slice_is_left_out_and_said():
    members = {
        **series(),
        "README.txt": b"words",
        "DICOMDIR": b"index",
        "report.dcm": files.report(),
    }
    read = read_volume(zipped(members))
    assert read.shape == VOLUME.shape
    assert read.remarks == (
        "1 file is no slice and is left out: report.dcm.",
        "1 file is no slice and is left out: README.txt.",
    )


def test_a_tilted_gantry_is_said():
    places = [[0.0, 0.4 * k, DISTANCE * k] for k in range(6)]
    members = {
        f"{k}": dicom(VOLUME[k], **files.slice_tags(0, k, ImagePositionPatient=places[k]))
        for k in range(6)
    }
    (remark,) = read_volume(zipped(members)).remarks
    assert "tilted gantry" in remark
    assert "15°" in remark


HEIGHTS = [0.0, 1.5, 3.0, 7.5, 9.0, 10.5]
BAD_SERIES = {
    "missing": (series(HEIGHTS), "2 slices are missing between slice 3 and slice 4 of 6"),
    "uneven": (series([0, 1.5, 3.0, 5.1, 6.6, 8.1]), "are 1.5 to 2.1 mm apart"),
    "4-D": (series([0, 0, 1.5, 1.5, 3, 3]), "3 lie where another one lies"),
    "mixed": (
        series() | {"scout": dicom(VOLUME[0], **files.slice_tags(9, 9, SeriesInstanceUID="1.9"))},
        "slices of 2 series",
    ),
    "sizes": (
        series() | {"z": dicom(VOLUME[0, :5], **files.slice_tags(9, 9))},
        "slices of 5×7 and of 8×7 pixels",
    ),
    "turned": (
        series()
        | {
            "z": dicom(
                VOLUME[0], **files.slice_tags(9, 9, ImageOrientationPatient=[1, 0, 0, 0, 0, 1])
            )
        },
        "slices of several directions (IM001.dcm and z)",
    ),
    "cut": (
        series() | {"IM003.dcm": list(series().values())[3][:-40]},
        "IM003.dcm: The file looks like DICOM",
    ),
    "numbers": (
        {
            f"{k}": dicom(VOLUME[k], SeriesInstanceUID="1.2", InstanceNumber=k + (k > 3))
            for k in range(6)
        },
        "number 5 follows number 3",
    ),
}


@pytest.mark.parametrize("case", BAD_SERIES)
def test_a_series_that_is_no_volume_is_refused(case):
    members, words = BAD_SERIES[case]
    assert words in refusal(zipped(members))


BAD = {
    "4-D": (files.four_d(), "has 4 axes (4×5×6×3)"),
    "one slice": (npy(VOLUME[0]), "holds 1×8×7 values"),
    "empty zip": (zipped({}), "The ZIP archive is empty"),
    "other zip": (zipped({"a.txt": b"words", "b.xlsx": b"more"}), "they are a.txt, b.xlsx"),
    "constant": (npy(np.ones((4, 5, 6))), "The volume is constant: every voxel is 1"),
    "no numbers": (npy(np.full((4, 5, 6), np.nan)), "not numbers"),
    "nothing": (b"", "0 bytes"),
    "words": (b"words", "unknown type or damaged"),
    "k-space": (hdf5(lambda f: f.create_dataset("kspace", data=np.ones((2, 3, 4, 5, 2)))), "HDF5"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_volume_gets_a_sentence(case):
    content, words = BAD[case]
    assert words in refusal(content)


def test_slices_of_several_sizes_are_refused():
    members = {f"{k}.png": picture(VOLUME[k, : 8 - k], "PNG") for k in range(2)}
    assert "Slice 1 has 7×7 pixels and the first one 8×7" in refusal(zipped(members))


def test_more_than_the_bound_is_refused_before_it_is_read(monkeypatch):
    assert "1100×900×800 = 792 million" in refusal(npy_header((1100, 900, 800)))
    monkeypatch.setattr("core.problem.readers.stack.LARGEST_UNPACKED", 100)
    assert "up to 0 MB can be read as a volume" in refusal(FORMATS["sagittal.nii.gz"][0])
    assert "Unpacked, the file has" in refusal(FORMATS["fortran.npz"][0])


def test_a_large_volume_is_averaged_in_blocks(monkeypatch):
    monkeypatch.setattr(module, "LONGEST_SIDE", 4)
    monkeypatch.setattr(module, "MOST_VOXELS", 3 * 4 * 4)
    array = np.random.default_rng(3).random((6, 8, 7)).astype(np.float32)
    read = read_volume(npy(array))
    padded = np.pad(array, ((0, 0), (0, 0), (0, 1)), constant_values=np.nan)
    means = np.nanmean(padded.reshape(3, 2, 4, 2, 4, 2), axis=(1, 3, 5))
    # The last column stands alone: the mean of blocks of unlike sizes.
    np.testing.assert_allclose(read.voxels, means / means.max(), atol=1e-5)
    assert read.steps == (2.0, 2.0, 7 / 4)
    assert read.shape == (6, 8, 7)


def test_negative_values_are_shifted_and_blanks_outside_are_counted():
    read = read_volume(npy(VOLUME.astype(np.float32) - 500))
    span = float(VOLUME.max()) - float(VOLUME.min())
    np.testing.assert_allclose(read.voxels, (VOLUME - VOLUME.min()) / span, atol=1e-6)
    holes = VOLUME.astype(np.float32)
    holes[:3] = np.nan
    image = nibabel.Nifti1Image(holes[:, ::-1].transpose(2, 1, 0), np.eye(4))
    assert read_volume(image.to_bytes()).outside == pytest.approx(0.5)


def test_the_array_asked_for_is_read_or_named():
    content = npz(one=VOLUME, two=VOLUME[:4])
    assert read_volume(content, "two").shape == (4, 8, 7)
    assert set(read_volume(content).arrays) == {"one", "two"}
    for wanted in (content, FORMATS["ras.nii"][0]):
        with pytest.raises(InputError, match="three"):
            read_volume(wanted, "three")


def test_it_is_read_by_the_process_that_bounds_what_a_file_may_cost():
    volume = open_own_volume("x/series.zip", FORMATS["series.zip"][0])
    np.testing.assert_allclose(volume.voxels, VOLUME / VOLUME.max(), atol=1e-6)
    assert volume.label == "series.zip"
    assert "4 axes" in refused(files.four_d(), read=lambda c, _: open_own_volume("x", c))
    assert "cannot be read" in refused(
        fastmri(STACK)[:600], read=lambda c, _: open_own_volume("x", c)
    )


HEADER = {
    "kind": "x", "dataset": "", "arrays": [], "outside": 0.0, "shape": [2, 2, 2],
    "spacing": None, "steps": [1, 1, 1], "voxels": [1, 1, 2], "remarks": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [
        {"voxels": [2, 2, 2]}, {"voxels": [0, 0, 0]}, {"steps": [0, 1, 1]}, {"steps": [1, 1]},
        {"spacing": [1, 1, -1]}, {"shape": [10**4] * 3}, {"outside": 2}, {"remarks": None},
        {"outside": 10**400}, {"steps": [1, 1, 10**400]}, {"spacing": [10**400, 1, 1]},
        {"voxels": [True, 1, 2]},
    ],
)  # fmt: skip
def test_an_answer_that_no_reader_gives_is_not_believed(lie):
    values = np.array([0, 1], np.float32).tobytes()
    checked_volume(HEADER, values)
    with pytest.raises(CrashError):
        checked_volume({**HEADER, **lie}, values)
    with pytest.raises(CrashError):
        checked_volume(HEADER, np.array([0, np.nan], np.float32).tobytes())
