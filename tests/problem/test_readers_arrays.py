"""Arrays whose axes mean what people mean by them: NumPy, HDF5 and MATLAB."""

import itertools

import h5py
import numpy as np
import pytest

from core.problem.readers.layout import layout_of
from core.problem.readers.slices import read_slice
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused, scaled

PICTURE = STACK[0].astype(np.float32)
OTHER = STACK[1].astype(np.float32)


def in_every_container(array):
    """The array as `.npy` in both orders, `.npz` and HDF5, all of one name."""
    return [
        files.npy(array),
        files.npy(np.asfortranarray(array)),
        files.npz(x=array),
        files.hdf5(lambda file: file.create_dataset("x", data=array)),
    ]


def assert_shows(content, expected, *, index=None, dataset="", shape=None):
    read = read_slice(content, index, dataset)
    np.testing.assert_allclose(read.pixels, scaled(expected), atol=1e-5)
    if shape:
        assert read.shape == shape


@pytest.mark.parametrize(
    ("array", "index", "expected", "shape"),
    [
        (PICTURE[..., None], None, PICTURE, (1, 12, 9)),
        (PICTURE[None], None, PICTURE, (1, 12, 9)),
        (PICTURE[None, None], None, PICTURE, (1, 12, 9)),
        (PICTURE[None, :, None, :, None], None, PICTURE, (1, 12, 9)),
        (STACK[:, None], 3, STACK[3], (5, 12, 9)),
        (STACK[..., None], 3, STACK[3], (5, 12, 9)),
        (PICTURE[:1], None, PICTURE[:1], (1, 1, 9)),
        (PICTURE[:, :1], None, PICTURE[:, :1], (1, 12, 1)),
        (PICTURE[None, :1], None, PICTURE[:1], (1, 1, 9)),
        (PICTURE[:, :1, None], None, PICTURE[:, :1], (1, 12, 1)),
        # Two values a pixel: a complex number, or grey and transparency.
        (np.stack([PICTURE, -OTHER], -1), None, np.hypot(PICTURE, OTHER), (1, 12, 9)),
        (np.stack([STACK[0], STACK[1]], -1), None, STACK[0], (1, 12, 9)),
        (np.stack([PICTURE, OTHER]), 1, OTHER, (2, 12, 9)),
        # Slices last where only the first two axes are of one length.
        (STACK[:, :9].transpose(1, 2, 0), 3, STACK[3, :9], (5, 9, 9)),
        (STACK[:, :9], 3, STACK[3, :9], (5, 9, 9)),
        # Colours of equal parts are grey.
        (np.repeat(STACK[..., None], 3, -1), 4, STACK[4], (5, 12, 9)),
        (np.repeat(STACK[:, None], 3, 1), 4, STACK[4], (5, 12, 9)),
        (np.repeat(PICTURE[None, None], 3, 1), 1, PICTURE, (3, 12, 9)),
    ],
)
def test_axes_mean_what_people_mean_by_them(array, index, expected, shape):
    for content in in_every_container(array):
        assert_shows(content, expected, index=index, shape=shape)


def test_a_layout_finds_its_slice_whatever_axes_of_length_one_lie_between():
    for places in itertools.product(range(2), repeat=4):
        shape, index = [], []
        for length, single in zip((5, 12, 9), places, strict=False):
            shape += [1] * single + [length]
        shape += [1] * places[3]
        array = STACK.reshape(shape)
        layout = layout_of(shape)
        index = layout.index(array.ndim, 2)
        np.testing.assert_array_equal(layout.upright(array[index]), STACK[2])


@pytest.mark.parametrize(
    "dtype", ["i1", "u1", ">i2", "<u2", ">i4", "u4", "i8", ">u8", "f2", ">f4", "f8", "c8", ">c16"]
)
def test_numbers_of_every_kind_and_byte_order(dtype):
    array = (PICTURE % 100).astype(dtype)
    for content in (files.npy(array), files.npz(x=array)):
        assert_shows(content, np.abs(array))
    assert_shows(files.hdf5(lambda file: file.create_dataset("x", data=array)), np.abs(array))


def test_a_compound_type_is_refused_by_the_names_of_its_fields():
    array = np.zeros((12, 9), [("density", "f4"), ("weight", "f4")])
    assert "the fields density, weight" in refused(files.npy(array))


@pytest.mark.parametrize("names", [("real", "imag"), ("Re", "Im"), ("r", "i")])
def test_a_compound_of_two_parts_in_hdf5_is_complex(names):
    array = np.zeros((2, 12, 9), [(name, "f8") for name in names])
    array[names[0]], array[names[1]] = PICTURE, OTHER
    content = files.hdf5(lambda file: file.create_dataset("x", data=array))
    assert_shows(content, np.hypot(PICTURE, OTHER), index=1, shape=(2, 12, 9))


def test_matlab_keeps_its_axes_in_reverse_order():
    assert_shows(files.matlab("img", PICTURE), PICTURE, shape=(1, 12, 9))
    volume = STACK.transpose(1, 2, 0)  # rows, columns, slices
    assert_shows(files.matlab("vol", volume), STACK[3], index=3, shape=(5, 12, 9))
    colours = np.repeat(volume[..., :1], 3, -1)
    assert_shows(files.matlab("rgb", colours), STACK[0], shape=(1, 12, 9))
    film = np.repeat(volume[:, :, None], 3, 2)  # rows, columns, colours, frames
    assert_shows(files.matlab("film", film), STACK[2], index=2, shape=(5, 12, 9))
    parts = np.zeros((12, 9), [("real", "f8"), ("imag", "f8")])
    parts["real"], parts["imag"] = PICTURE, OTHER
    assert_shows(files.matlab("z", parts), np.hypot(PICTURE, OTHER), shape=(1, 12, 9))
    assert "option -v7.3" in refused(b"MATLAB 5.0 MAT-file, Platform".ljust(200))


def several(file):
    file["entry/data/data"] = STACK
    file["entry/sample/weights"] = np.zeros((50, 50))
    file["kspace"] = STACK * (1 + 1j)
    file["table"] = np.ones(7)


def test_of_several_arrays_the_one_whose_name_says_image_is_shown_and_any_can_be_chosen():
    content = files.hdf5(several)
    read = read_slice(content, 1)
    assert read.dataset == "entry/data/data"
    assert dict(read.arrays) == {
        "kspace": (5, 12, 9),
        "entry/data/data": (5, 12, 9),
        "entry/sample/weights": (1, 50, 50),
    }
    assert_shows(content, STACK[1], index=1, dataset="kspace")
    sentence = refused(content, read=lambda own, _: read_slice(own, None, "entry/sample/weights"))
    assert "array entry/sample/weights of the file" in sentence
    assert "which also has kspace, entry/data/data, is constant" in sentence
    sentence = refused(content, read=lambda own, _: read_slice(own, None, "nothing"))
    assert "no array 'nothing'; its arrays are kspace (5×12×9)" in sentence
    packed = files.npz(image=STACK, weights=np.zeros((64, 64, 64)), scale=np.ones(3))
    assert read_slice(packed).dataset == "image"
    assert dict(read_slice(packed).arrays) == {"image": (5, 12, 9), "weights": (64, 64, 64)}
    assert "1 axis (3)" in refused(packed, read=lambda own, _: read_slice(own, None, "scale"))
    alone = refused(files.npy(STACK), read=lambda own, _: read_slice(own, None, "x"))
    assert alone == "This file has one array only: there is no 'x'."


def test_the_target_comes_before_the_input_of_a_network():
    def fill(file):
        for name in ("image_grappa", "image_input", "image_label"):
            file[name] = STACK

    assert read_slice(files.hdf5(fill)).dataset == "image_label"


def test_of_many_arrays_as_many_are_offered_as_an_answer_has_room_for():
    def fill(file):
        for k in range(300):
            file[f"array {k:03} {'é' * 90}"] = STACK
        file["data"] = STACK
        file["un\x07printable"] = STACK

    info = files.open_own(files.hdf5(fill)).info
    assert 50 < len(info.arrays) <= 201
    assert info.dataset == "data"
    assert "data" in info.arrays
    assert "un\x07printable" not in info.arrays


def test_a_reference_to_cells_of_matlab_is_no_image():
    def fill(file):
        file["#refs#/a"] = np.ones((50, 50))
        file["cells"] = np.array([[file["#refs#/a"].ref]], h5py.ref_dtype)
        file["x"] = STACK

    read = read_slice(files.hdf5(fill), 0)
    assert (read.dataset, dict(read.arrays)) == ("x", {})
