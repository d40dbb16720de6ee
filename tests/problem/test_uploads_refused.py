"""Bad files: each is refused by a sentence of its own, before anything large is read."""

import gzip

import h5py
import numpy as np
import pytest
from pydicom.data import get_testdata_file

from core.problem.uploads import open_upload
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused

BAD = STACK[0].astype(np.float64)


def test_a_file_without_content():
    assert refused(b"") == "The file is empty: it has 0 bytes."


@pytest.mark.parametrize("content", [b"hello", b"%PDF-1.7 ...", b"\0" * 600, b"MZ" + b"\xff" * 400])
def test_an_unknown_type(content):
    sentence = refused(content)
    assert "unknown type" in sentence
    assert "NIfTI, DICOM, PNG" in sentence


# A plain TIFF ends page by page: cut short, it has fewer.
@pytest.mark.parametrize("name", sorted({*files.stacks(), *files.pictures()} - {"pages.tif"}))
def test_a_file_cut_short(name):
    content = (files.stacks() | files.pictures())[name]
    sentence = refused(content[: len(content) * 2 // 3], 0 if name in files.pictures() else 4)
    assert "cut short" in sentence


def test_gzip_of_something_else():
    assert "does not hold a NIfTI image" in refused(gzip.compress(b"hello" * 200))


@pytest.mark.parametrize(
    ("value", "said"), [(np.nan, "not numbers (NaN)"), (np.inf, "infinite"), (-np.inf, "infinite")]
)
def test_values_that_are_no_numbers(value, said):
    spoiled = BAD.copy()
    spoiled[3, 4] = value
    for content in (files.npy(spoiled), files.fastmri(spoiled), files.npy(spoiled + 0j)):
        assert said in refused(content)
    large = np.tile(spoiled, (120, 150))  # averaged in blocks
    assert said in refused(files.npy(large))


def test_another_slice_with_nan_does_no_harm():
    stack = np.stack([BAD, BAD * np.nan])
    assert open_upload("x.npy", files.npy(stack), 0).pixels.max() == 1
    assert "NaN" in refused(files.npy(stack), 1)


@pytest.mark.parametrize("value", [0, 7, -3, 1e300])
def test_a_constant_image(value):
    sentence = refused(files.npy(np.full((8, 9), float(value))))
    assert sentence == f"The image is constant: every pixel is {value:g}."


def test_an_image_that_is_constant_in_single_precision():
    assert "constant" in refused(files.npy(np.array([[1e9, 1e9 + 1]])))


def test_an_image_without_pixels():
    assert refused(files.npy(np.ones((0, 5)))) == (
        "The image in the file is empty: its shape is 0×5."
    )
    assert "its shape is 0×12×9" in refused(files.fastmri(STACK[:0]))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((), "0 axes (a single number)"),
        ((7,), "1 axis (7)"),
        ((2, 3, 4, 5), "4 axes (2×3×4×5)"),
        ((2, 6, 8, 9), "4 axes (2×6×8×9)"),
        ((2, 3, 4, 5, 6), "5 axes (2×3×4×5×6)"),
    ],
)
def test_the_wrong_number_of_axes(shape, said):
    array = np.random.default_rng(0).random(shape)
    for content in (files.npy(array), files.npz(x=array), files.fastmri(array)):
        assert said in refused(content)
    if len(shape) == 4 and shape[0] > 1:
        assert said in refused(files.nifti(array))


def test_hdf5_without_an_image_names_its_keys():
    def fill(file):
        file["kspace"] = np.ones((5, 12, 9), np.complex64)
        file["series"] = np.ones((2, 3, 4, 5))
        file["group/words"] = "text"
        file["empty"] = h5py.Empty("f4")

    sentence = refused(files.hdf5(fill))
    assert "no reconstruction_rss" in sentence
    for key in ("kspace (5×12×9)", "series (2×3×4×5)", "group/words (no array)", "empty"):
        assert key in sentence
    assert "it has no keys" in refused(files.hdf5(lambda file: None))
    many = files.hdf5(lambda file: [file.create_dataset(f"k{i:03}", data=i) for i in range(40)])
    assert "k011 (no array) and 28 more" in refused(many)


def test_fastmri_data_that_are_no_numbers():
    assert "does not hold numbers" in refused(files.fastmri([["a", "b"], ["c", "d"]]))


def external_link(file):
    file["reconstruction_rss"] = STACK
    file["group/elsewhere"] = h5py.ExternalLink("/etc/other.h5", "/x")


def external_storage(file):
    file.create_dataset(
        "reconstruction_rss", (5, 12, 9), np.uint8, external=[("/etc/passwd", 0, 540)]
    )


def virtual(file):
    layout = h5py.VirtualLayout(shape=(5, 12, 9), dtype=np.uint16)
    layout[:] = h5py.VirtualSource("/etc/other.h5", "x", shape=(5, 12, 9))
    file.create_virtual_dataset("reconstruction_rss", layout)


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (external_link, "group/elsewhere is a link to another file"),
        (external_storage, "reconstruction_rss keeps its values in another file"),
        (virtual, "reconstruction_rss is a virtual dataset"),
    ],
)
def test_hdf5_that_points_outside_itself(fill, said):
    sentence = refused(files.hdf5(fill))
    assert "points outside itself" in sentence
    assert said in sentence


def test_a_soft_link_leads_to_nothing_outside():
    def fill(file):
        file["volume"] = STACK
        file["reconstruction_rss"] = h5py.SoftLink("/nowhere")

    assert open_upload("x.h5", files.hdf5(fill)).info.dataset == "volume"


def test_hdf5_with_a_filter_that_is_not_here():
    content = files.fastmri(chunks=(1, 12, 9), compression=32_001, allow_unknown_filter=True)
    assert "cannot be read here" in refused(content)


@pytest.mark.parametrize("slice_", [-1, 5, 10**9])
@pytest.mark.parametrize("name", files.stacks())
def test_a_slice_out_of_range(name, slice_):
    assert f"must be from 0 to 4, not {slice_:g}" in refused(files.stacks()[name], slice_)


def test_a_picture_has_one_slice():
    assert "one slice only, number 0; there is no number 1" in refused(
        files.pictures()["grey.png"], 1
    )


def test_python_objects_are_not_unpickled():
    objects = np.array([[{"a": 1}, None]], dtype=object)
    assert "Python objects" in refused(files.npy(objects, pickle=True))
    assert "Python objects" in refused(files.zipped({"x.npy": files.npy(objects, pickle=True)}))


def test_arrays_of_words():
    assert "not numbers" in refused(files.npy(np.array([["a", "b"]])))
    mixed = files.npz(a=np.array(["a"]), b=np.ones(3))
    assert "no 2-D or 3-D array of numbers; its arrays are a, b" in refused(mixed)
    assert "it has no arrays" in refused(files.zipped({"readme.txt": b"hello"}))


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
