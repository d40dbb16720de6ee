"""Files on the command line: of any size, with several arrays, and with colons in their names."""

import json

import h5py
import numpy as np
import pytest

from core.problem.images import parse_image
from tests.helpers.cli_runner import SMALL, run
from tests.helpers.sample_files import scaled

RNG = np.random.default_rng(5)
IMAGES = RNG.random((4, 30, 20)).astype(np.float32)


@pytest.fixture
def several(tmp_path):
    path = tmp_path / "several.h5"
    with h5py.File(path, "w") as file:
        file["reconstruction_rss"] = IMAGES
        file["group/other"] = IMAGES[::-1]
        file["kspace"] = IMAGES * 1j
    return path


@pytest.mark.parametrize(
    ("ending", "dataset", "expected"),
    [
        ("", "", IMAGES[2]),
        (":1", "", IMAGES[1]),
        (":group/other", "", IMAGES[1]),
        (":group/other:0", "", IMAGES[3]),
        (":0", "group/other", IMAGES[3]),
        (":group/other:0", "group/other", IMAGES[3]),
        (":kspace:3", "", IMAGES[3]),
    ],
)
def test_array_and_slice_are_named_after_the_file(several, ending, dataset, expected):
    image = parse_image(f"{several}{ending}", dataset)
    np.testing.assert_allclose(image.pixels, scaled(expected), atol=1e-6)


def test_a_name_that_ends_as_a_slice_does_is_a_name(tmp_path):
    for name, array in (("scan.npy:2", IMAGES), ("scan.npy", IMAGES[::-1])):
        with open(tmp_path / name, "wb") as file:
            np.save(file, array)
    for text, expected in (
        ("scan.npy:2", IMAGES[2]),
        ("scan.npy:2:3", IMAGES[3]),
        ("scan.npy:3", IMAGES[0]),
    ):
        image = parse_image(str(tmp_path / text))
        np.testing.assert_allclose(image.pixels, scaled(expected), atol=1e-6)


BAD = {
    "an array that is none": (
        ["{}:nothing"],
        "no array 'nothing'; its arrays are kspace (4×30×20)",
    ),
    "two arrays": (["{}:kspace", "--dataset", "group/other"], "asks for the array kspace"),
    "an array of a phantom": (["shepp_logan", "--dataset", "x"], "goes with --image FILE"),
    "an array of a set": (["colin27", "--dataset", "x"], "goes with --image FILE"),
    "a slice of an array": (["{}:kspace:9"], "must be from 0 to 3, not 9"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_a_file_does_not_hold_is_said(capsys, several, case):
    words, said = BAD[case]
    words = [word.format(several) for word in words]
    code, _, err = run(capsys, "solve", "fbp", *SMALL, "--image", *words)
    assert code == 2
    assert said in err


def test_of_several_arrays_the_one_that_was_taken_is_named(capsys, several):
    code, out, err = run(capsys, "solve", "fbp", *SMALL, "--image", f"{several}", "--json")
    assert code == 0
    assert json.loads(out.splitlines()[-1])["method"] == "fbp"
    assert "The file has 3 arrays, of which reconstruction_rss is shown" in err
    assert "the others are kspace (4×30×20), group/other (4×30×20)." in err


def test_a_slice_that_was_cut_out_is_the_same_image(capsys, several, tmp_path):
    small = tmp_path / "small.npy"
    code, out, _ = run(capsys, "cut", f"{several}:group/other:0", "--out", str(small))
    assert code == 0
    assert f"{small}: several.h5, slice 0 of 0–3, 30 × 20 pixels" in out
    np.testing.assert_array_equal(
        parse_image(str(small)).pixels, parse_image(f"{several}:group/other:0").pixels
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{0}", "--out", "{1}/small.png"], "another ending"),
        (["{0}", "--out", "{1}/nowhere/small.npy"], "There is no folder"),
        (["{0}", "--out", f"{{1}}/{'x' * 300}.npy"], "cannot be written: File name too long"),
        (["colin27", "--out", "{1}/small.npy"], "comes with the laboratory"),
        (["{1}/absent.h5", "--out", "{1}/small.npy"], "is no image"),
        (["{0}:9", "--out", "{1}/small.npy"], "must be from 0 to 3"),
    ],
)
def test_what_cannot_be_cut_is_said_before_the_work(capsys, several, tmp_path, words, said):
    code, _, err = run(capsys, "cut", *(word.format(several, tmp_path) for word in words))
    assert code == 2
    assert said in err
    assert not (tmp_path / "small.npy").exists()


def test_an_array_is_not_written_over_by_its_slice(capsys, tmp_path):
    path = tmp_path / "volume.npy"
    np.save(path, IMAGES)
    before = path.read_bytes()
    code, _, err = run(capsys, "cut", f"{path}:1", "--out", str(path))
    assert (code, path.read_bytes()) == (2, before)
    assert "is the image itself" in err
