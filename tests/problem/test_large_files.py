"""Files far larger than what is read of them: only the slice that is asked for is."""

import sys
import zipfile

import h5py
import numpy as np
import pydicom
import pytest
import tifffile

from core.problem.reader_process.limits import Limits
from core.problem.reader_process.pool import ReaderPool, Settings
from core.problem.uploads import LARGEST_BYTES
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK

SLICES, SIDE = 400, 320
PLANE = np.random.default_rng(4).random((SIDE, SIDE)).astype(np.float32)
PLACE = 301


@pytest.fixture(scope="module")
def pool():
    """Readers that may take 60 MB each, a third of a file."""
    pool = ReaderPool(Settings(limits=Limits(nbytes=60_000_000)))
    yield pool
    pool.close()


def write_npy(path):
    stack = np.lib.format.open_memmap(path, "w+", np.float32, (SLICES, SIDE, SIDE))
    stack[PLACE] = PLANE  # the rest is a hole in the file
    stack.flush()


def write_npz(path):
    write_npy(path.with_suffix(".npy"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(path.with_suffix(".npy"), "x.npy")


def write_hdf5(path):
    """As fastMRI writes its training files: raw data of 300 MB, and the images beside them."""
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    plan.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with h5py.File(path, "w") as file:
        space = h5py.h5s.create_simple((35, 15, 220, 320))
        h5py.h5d.create(file.id, b"kspace", h5py.h5t.py_create(np.dtype("c8")), space, plan)
        images = file.create_dataset("reconstruction_rss", (SLICES, SIDE, SIDE), "f4")
        images[PLACE] = PLANE


def write_nifti(path):
    header = bytearray(files.nifti(np.zeros((2, 2, 2), np.float32))[:352])
    header[42:48] = np.array([SIDE, SIDE, SLICES], "<i2").tobytes()
    with open(path, "wb") as file:
        file.write(header)
        file.seek(352 + 4 * SIDE * SIDE * PLACE)
        file.write(PLANE[::-1].tobytes())
        file.truncate(352 + 4 * SIDE * SIDE * SLICES)


def write_tiff(path):
    stack = tifffile.memmap(
        path, shape=(SLICES, SIDE, SIDE), dtype=np.float32, photometric="minisblack"
    )
    stack[PLACE] = PLANE
    stack.flush()


def write_dicom(path):
    content = files.dicom(np.zeros((1, SIDE, SIDE), np.uint16), NumberOfFrames=2 * SLICES)
    end = len(content) - 2 * SIDE * SIDE
    length = 2 * SIDE * SIDE * 2 * SLICES
    with open(path, "wb") as file:
        file.write(content[: end - 4] + length.to_bytes(4, "little"))
        file.seek(end + 2 * SIDE * SIDE * PLACE)
        file.write((PLANE * 60_000).astype("<u2").tobytes())
        file.truncate(end + length)
    assert pydicom.dcmread(path, stop_before_pixels=True).NumberOfFrames == 2 * SLICES


WRITERS = {
    "x.npy": write_npy,
    "x.npz": write_npz,
    "x.h5": write_hdf5,
    "x.nii": write_nifti,
    "x.tif": write_tiff,
    "x.dcm": write_dicom,
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is not counted elsewhere")
@pytest.mark.parametrize("name", WRITERS)
def test_one_slice_of_160_mb_is_read_within_60_mb(pool, tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path)
    assert path.stat().st_size > 3 * LARGEST_BYTES
    read = pool.read(path, PLACE)
    np.testing.assert_allclose(read.pixels, PLANE / PLANE.max(), atol=1e-4)
    assert read.index == PLACE


def test_a_file_that_goes_away_or_is_a_folder_is_said(pool, tmp_path):
    path = tmp_path / "x.npy"
    assert "cannot be read: No such file" in files.refused(path, read=pool.read)
    assert "cannot be read: " in files.refused(tmp_path, read=pool.read)
    path.write_bytes(files.npy(STACK))
    assert pool.read(path, 1).index == 1
