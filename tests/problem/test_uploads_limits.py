"""Small files that would fill the memory: refused by their headers, before they are unpacked.

The readers are called here without a process between them and the test, to see what they allocate.
"""

import gzip
import struct
import tracemalloc
import zipfile
import zlib

import nibabel
import numpy as np
import pytest
from pydicom.data import get_testdata_file
from pydicom.uid import RLELossless

from core.problem.readers import hdf5, tiff
from core.problem.readers.slices import read_slice
from core.problem.uploads import LARGEST_BYTES
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused


def test_more_than_50_mb_do_not_come_through_the_browser():
    sentence = refused(bytes(LARGEST_BYTES + 1))
    assert "50.0 MB; up to 50 MB" in sentence
    assert "python -m core cut FILE:SLICE" in sentence


@pytest.mark.parametrize("digits", [20, 400])
def test_more_values_than_a_float_can_hold(digits):
    content = files.npy_header((10**digits, 5))
    assert "more than a million million values" in refused(content, read=read_slice)


def png_header(columns, rows):
    """A PNG that promises pixels and has none."""
    header = b"IHDR" + struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT\x35\xaf\x06\x1e"


def nifti_header(shape):
    header = nibabel.Nifti1Header()
    header.set_data_shape(shape)
    header["magic"], header["vox_offset"] = b"n+1", 352
    return header.binaryblock + bytes(4)


TOO_MANY = {
    "npy": files.npy_header((1001, 8001, 8000)),
    "npz": files.zipped({"x.npy": files.npy_header((8001, 8000))}),
    "HDF5": files.hdf5(
        lambda file: file.create_dataset("x", (100, 8001, 8000), "f4", chunks=(1, 9, 9))
    ),
    "HDF5 chunk": files.hdf5(
        lambda file: file.create_dataset(
            "x", (1, 9, 9), "f4", chunks=(1, 9000, 9000), maxshape=(None, None, None)
        )
    ),
    "NIfTI": nifti_header((8001, 8000, 20)),
    "NIfTI gz": gzip.compress(nifti_header((8001, 8000, 20))),
    "DICOM": files.dicom(STACK, Rows=60_000, Columns=60_000),
    "PNG": png_header(6000, 6000),  # 36 million pixels of three colours
    "PNG bomb": png_header(60_000, 60_000),
}


@pytest.mark.parametrize("kind", TOO_MANY)
def test_more_than_64_million_values_are_not_read(kind):
    tracemalloc.start()
    try:
        assert "64 million" in refused(TOO_MANY[kind], 0, read_slice)
        assert tracemalloc.get_traced_memory()[1] < 3e7
    finally:
        tracemalloc.stop()


def test_a_compressed_stack_is_never_held_whole():
    # 122 MB in a small file.
    zeros = np.zeros((390, 395, 395), np.uint16)
    zeros[:, 100] = 1
    content = files.npz(x=zeros)
    assert len(content) < 300_000
    del zeros
    tracemalloc.start()
    try:
        read_slice(content, 300)
        assert tracemalloc.get_traced_memory()[1] < 5e7
    finally:
        tracemalloc.stop()


def test_archives_that_numpy_does_not_write():
    packed = files.zipped({"x.npy": files.npy(STACK)}, zipfile.ZIP_BZIP2)
    assert "packed in a way that NumPy does not use" in refused(packed)
    crowded = files.zipped({f"{i}.npy": b"" for i in range(1001)})
    assert "more than 1000 arrays" in refused(crowded)


def test_a_dicom_frame_of_another_size_than_announced_is_not_unpacked():
    with open(get_testdata_file("MR_small_jp2klossless.dcm", download=False), "rb") as file:
        content = bytearray(file.read())
    rows = content.index(b"\x28\x00\x10\x00US\x02\x00") + 8
    content[rows : rows + 2] = (32).to_bytes(2, "little")
    assert "damaged" in refused(bytes(content))


def test_run_lengths_that_could_unpack_to_hundreds_of_megabytes():
    header = np.array([1, 64, *[0] * 14], "<u4").tobytes()
    frame = header + b"\x81\x07" * 2_500_000
    content = files.dicom(np.zeros((64, 64), np.uint8), RLELossless, packed=frame)
    assert "5.0 MB of run lengths; up to 4 MB" in refused(content)


def test_more_objects_and_pages_than_anyone_makes(monkeypatch):
    monkeypatch.setattr(hdf5, "MOST_OBJECTS", 10)
    crowded = files.hdf5(lambda file: [file.create_group(f"g/{i}") for i in range(10)])
    assert "more than 10 objects" in refused(crowded, read=read_slice)
    monkeypatch.setattr(tiff, "MOST_PAGES", 4)
    assert "more than 4 pages" in refused(files.tiff(STACK), read=read_slice)
