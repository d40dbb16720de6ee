"""Bad files: each is refused by a sentence of its own, before anything large is read."""

import gzip
import struct
import tracemalloc
import zipfile
import zlib

import h5py
import nibabel
import numpy as np
import own_files as own
import pytest
from pydicom.data import get_testdata_file
from pydicom.uid import RLELossless

from core.problem.errors import InputError
from core.problem.uploads import LARGEST_BYTES, inspect_upload, open_upload

STACK = own.STACK
BAD = STACK[0].astype(np.float64)


def refused(content, slice_=None):
    """The sentence with which a file is refused."""
    with pytest.raises(InputError) as error:
        open_upload("own", content, slice_)
    sentence = str(error.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_file_without_content():
    assert refused(b"") == "The file is empty: it has 0 bytes."


@pytest.mark.parametrize("content", [b"hello", b"%PDF-1.7 ...", b"\0" * 600, b"MZ" + b"\xff" * 400])
def test_an_unknown_type(content):
    sentence = refused(content)
    assert "unknown type" in sentence
    assert "NIfTI, DICOM, PNG" in sentence


# A plain TIFF ends page by page: cut short, it has fewer.
@pytest.mark.parametrize("name", sorted({*own.stacks(), *own.pictures()} - {"pages.tif"}))
def test_a_file_cut_short(name):
    content = (own.stacks() | own.pictures())[name]
    sentence = refused(content[: len(content) * 2 // 3], 0 if name in own.pictures() else 4)
    assert "cut short" in sentence


def test_gzip_of_something_else():
    assert "does not hold a NIfTI image" in refused(gzip.compress(b"hello" * 200))


def test_more_than_50_mb_is_not_read(tmp_path):
    assert "50.0 MB; up to 50 MB" in refused(bytes(LARGEST_BYTES + 1))
    sparse = tmp_path / "sparse.h5"
    with sparse.open("wb") as file:
        file.truncate(10**12)  # more than any memory
    assert "1000000.0 MB; up to 50 MB" in refused(sparse)


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


def virtual(file):
    layout = h5py.VirtualLayout(shape=(5, 12, 9), dtype=np.uint16)
    layout[:] = h5py.VirtualSource("/etc/other.h5", "x", shape=(5, 12, 9))
    file.create_virtual_dataset("reconstruction_rss", layout)


TOO_MANY = {
    "npy": own.npy_header((1001, 8000, 8000)),
    "npz": own.zipped({"x.npy": own.npy_header((8001, 8000))}),
    "HDF5": own.hdf5(
        lambda file: file.create_dataset("x", (100, 8000, 8000), "f4", chunks=(1, 9, 9))
    ),
    "HDF5 chunk": own.hdf5(
        lambda file: file.create_dataset(
            "x", (1, 9, 9), "f4", chunks=(1, 9000, 9000), maxshape=(None, None, None)
        )
    ),
    "NIfTI": nifti_header((2000, 2000, 2000)),
    "NIfTI gz": gzip.compress(nifti_header((2000, 2000, 2000))),
    "DICOM": own.dicom(STACK, Rows=60_000, Columns=60_000),
    "DICOM frames": own.dicom(STACK, NumberOfFrames=10**9),
    "PNG": png_header(6000, 6000),  # 36 million pixels of three colours
    "PNG bomb": png_header(60_000, 60_000),
}


@pytest.mark.parametrize("kind", TOO_MANY)
def test_more_than_64_million_values_are_not_read(kind):
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="64 million"):
            inspect_upload("own", TOO_MANY[kind])
        assert "64 million" in refused(TOO_MANY[kind], 0)
        assert tracemalloc.get_traced_memory()[1] < 3e7
    finally:
        tracemalloc.stop()


def test_a_compressed_stack_is_never_held_whole():
    # 122 MB in a small file.
    zeros = np.zeros((390, 395, 395), np.uint16)
    zeros[:, 100] = 1
    content = own.npz(x=zeros)
    assert len(content) < 300_000
    del zeros
    tracemalloc.start()
    try:
        open_upload("x.npz", content, 300)
        assert tracemalloc.get_traced_memory()[1] < 5e7
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("value", "said"), [(np.nan, "not numbers (NaN)"), (np.inf, "infinite"), (-np.inf, "infinite")]
)
def test_values_that_are_no_numbers(value, said):
    spoiled = BAD.copy()
    spoiled[3, 4] = value
    for content in (own.npy(spoiled), own.fastmri(spoiled), own.npy(spoiled + 0j)):
        assert said in refused(content)
    large = np.tile(spoiled, (120, 150))  # averaged in blocks
    assert said in refused(own.npy(large))


def test_another_slice_with_nan_does_no_harm():
    stack = np.stack([BAD, BAD * np.nan])
    assert open_upload("x.npy", own.npy(stack), 0).pixels.max() == 1
    assert "NaN" in refused(own.npy(stack), 1)


@pytest.mark.parametrize("value", [0, 7, -3, 1e300])
def test_a_constant_image(value):
    sentence = refused(own.npy(np.full((8, 9), float(value))))
    assert sentence == f"The image is constant: every pixel is {value:g}."


def test_an_image_that_is_constant_in_single_precision():
    assert "constant" in refused(own.npy(np.array([[1e9, 1e9 + 1]])))


def test_an_image_without_pixels():
    assert refused(own.npy(np.ones((0, 5)))) == (
        "The image in the file is empty: its shape is 0×5."
    )
    assert "its shape is 0×12×9" in refused(own.fastmri(STACK[:0]))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((), "0 axes (a single number)"),
        ((7,), "1 axis (7)"),
        ((2, 3, 4, 5), "4 axes (2×3×4×5)"),
        ((1, 1, 8, 8), "4 axes (1×1×8×8)"),
    ],
)
def test_the_wrong_number_of_axes(shape, said):
    array = np.random.default_rng(0).random(shape)
    for content in (own.npy(array), own.npz(x=array), own.fastmri(array)):
        assert said in refused(content)
    if len(shape) == 4 and shape[0] > 1:
        assert said in refused(own.nifti(array))


def test_hdf5_without_an_image_names_its_keys():
    def fill(file):
        file["kspace"] = np.ones((5, 12, 9), np.complex64)
        file["series"] = np.ones((2, 3, 4, 5))
        file["group/words"] = "text"
        file["empty"] = h5py.Empty("f4")

    sentence = refused(own.hdf5(fill))
    assert "no reconstruction_rss" in sentence
    for key in ("kspace (5×12×9)", "series (2×3×4×5)", "group/words (no array)", "empty"):
        assert key in sentence
    assert "its keys are none" in refused(own.hdf5(lambda file: None))
    many = own.hdf5(lambda file: [file.create_dataset(f"k{i:03}", data=i) for i in range(40)])
    assert "k011 (no array) and 28 more" in refused(many)


def test_fastmri_data_that_are_no_numbers():
    assert "does not hold numbers" in refused(own.fastmri([["a", "b"], ["c", "d"]]))


def external_link(file):
    file["reconstruction_rss"] = STACK
    file["group/elsewhere"] = h5py.ExternalLink("/etc/other.h5", "/x")


def external_storage(file):
    file.create_dataset(
        "reconstruction_rss", (5, 12, 9), np.uint8, external=[("/etc/passwd", 0, 540)]
    )


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (external_link, "group/elsewhere is a link to another file"),
        (external_storage, "reconstruction_rss keeps its values in another file"),
        (virtual, "reconstruction_rss is a virtual dataset"),
    ],
)
def test_hdf5_that_points_outside_itself(fill, said):
    sentence = refused(own.hdf5(fill))
    assert "points outside itself" in sentence
    assert said in sentence


def test_a_soft_link_leads_to_nothing_outside():
    def fill(file):
        file["volume"] = STACK
        file["reconstruction_rss"] = h5py.SoftLink("/nowhere")

    assert inspect_upload("x.h5", own.hdf5(fill)).dataset == "volume"


def test_hdf5_with_a_filter_that_is_not_here():
    content = own.fastmri(chunks=(1, 12, 9), compression=32_001, allow_unknown_filter=True)
    assert "cannot be read here" in refused(content)


@pytest.mark.parametrize("slice_", [-1, 5, 10**9])
@pytest.mark.parametrize("name", own.stacks())
def test_a_slice_out_of_range(name, slice_):
    assert f"must be from 0 to 4, not {slice_:g}" in refused(own.stacks()[name], slice_)


def test_a_picture_has_one_slice():
    assert "0 to 0, not 1" in refused(own.pictures()["grey.png"], 1)


def test_python_objects_are_not_unpickled():
    objects = np.array([[{"a": 1}, None]], dtype=object)
    assert "Python objects" in refused(own.npy(objects, pickle=True))
    assert "Python objects" in refused(own.zipped({"x.npy": own.npy(objects, pickle=True)}))


def test_arrays_of_words():
    assert "not numbers" in refused(own.npy(np.array([["a", "b"]])))
    mixed = own.npz(a=np.array(["a"]), b=np.ones(3))
    assert "no 2-D or 3-D array of numbers; its arrays are a, b" in refused(mixed)
    assert "its arrays are none" in refused(own.zipped({"readme.txt": b"hello"}))


def test_archives_that_numpy_does_not_write():
    packed = own.zipped({"x.npy": own.npy(STACK)}, zipfile.ZIP_BZIP2)
    assert "packed in a way that NumPy does not use" in refused(packed)
    crowded = own.zipped({f"{i}.npy": b"" for i in range(1001)})
    assert "more than 1000 arrays" in refused(crowded)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("image_dfl.dcm", "deflated as a whole"),
        ("MR_small_jpeg_ls_lossless.dcm", "JPEG-LS"),
        ("JPGExtended.dcm", "JPEG Extended"),
        ("test-SR.dcm", "holds no image"),
        ("MR_truncated.dcm", "cut short"),
    ],
)
def test_dicom_files_that_hold_no_readable_image(name, said):
    with open(get_testdata_file(name, download=False), "rb") as file:
        assert said in refused(file.read())


def test_a_dicom_frame_of_another_size_than_announced_is_not_unpacked():
    with open(get_testdata_file("MR_small_jp2klossless.dcm", download=False), "rb") as file:
        content = bytearray(file.read())
    rows = content.index(b"\x28\x00\x10\x00US\x02\x00") + 8
    content[rows : rows + 2] = (32).to_bytes(2, "little")
    assert "damaged" in refused(bytes(content))


def test_run_lengths_that_could_unpack_to_hundreds_of_megabytes():
    header = np.array([1, 64, *[0] * 14], "<u4").tobytes()
    frame = header + b"\x81\x07" * 2_500_000
    content = own.dicom(np.zeros((64, 64), np.uint8), RLELossless, packed=frame)
    assert "5.0 MB of run lengths; up to 4 MB" in refused(content)
