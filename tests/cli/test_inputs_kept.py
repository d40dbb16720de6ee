"""No file that a command reads is written over by what it makes of it."""

import nibabel
import numpy as np
import pytest

from tests.helpers.cli_runner import run
from tests.helpers.sample_files import picture

SMALL_VOLUME = ("--beam", "cone", "--size", "16", "--views", "4", "--kernel", "linear")
VOLUME = np.random.default_rng(2).integers(0, 255, (6, 12, 12)).astype(np.int16)


@pytest.fixture
def inputs(tmp_path):
    """Give a folder with a file of every kind that takes a second one or lies among others."""
    nibabel.save(nibabel.AnalyzeImage(VOLUME, np.eye(4)), tmp_path / "pair.img")
    (tmp_path / "other.img").write_bytes(b"of old")
    np.savez(tmp_path / "sino.npz", sinogram=np.ones((4, 16)) + VOLUME[0, 0, 0])
    np.savetxt(tmp_path / "angles.txt", np.arange(4) * 45)
    (tmp_path / "slices" / "deep").mkdir(parents=True)
    for index, plane in enumerate(VOLUME.astype(np.uint8)):
        (tmp_path / "slices" / "deep" / f"{index}.png").write_bytes(picture(plane, "PNG"))
    (tmp_path / "slices" / "link.png").symlink_to(tmp_path / "outside.png")
    (tmp_path / "outside.png").write_bytes(picture(VOLUME[0].astype(np.uint8), "PNG"))
    (tmp_path / "scan").mkdir()
    nibabel.save(nibabel.AnalyzeImage(VOLUME, np.eye(4)), tmp_path / "scan" / "pair.img")
    return tmp_path


SINOGRAM = ("solve", "fbp", "--sinogram", "{}/sino.npz", "--angles-file", "{}/angles.txt")
FOLDER = ("solve", "fdk", *SMALL_VOLUME, "--image", "{}/slices")


@pytest.mark.parametrize(
    ("words", "out", "what"),
    [
        (SINOGRAM, "sino.npz", "sinogram"),
        (SINOGRAM, "angles.txt", "file of angles"),
        (FOLDER, "slices/deep/3.png", "image"),
        (FOLDER, "slices/link.png", "image"),
        (FOLDER, "outside.png", "image"),
        (("solve", "fdk", *SMALL_VOLUME, "--image", "{}/scan"), "scan/pair.hdr", "image"),
        (("solve", "fdk", *SMALL_VOLUME, "--image", "{}/scan"), "scan/pair.img", "image"),
        (("solve", "fdk", *SMALL_VOLUME, "--image", "{}/pair.hdr"), "pair.img", "image"),
        (("solve", "fbp", "--size", "64", "--image", "{}/pair.hdr:1"), "pair.img", "image"),
    ],
)
def test_an_input_is_not_written_over(capsys, inputs, words, out, what):
    path = inputs / out
    before = path.read_bytes()
    code, _, err = run(capsys, *(word.format(inputs) for word in words), "--out", str(path))
    assert code == 2
    assert err == f"{path} is the {what} itself, or a part of it; name another file for --out.\n"
    assert path.read_bytes() == before


def test_a_slice_is_not_cut_out_into_the_values_of_its_volume(capsys, inputs):
    values = inputs / "pair.npy"
    (inputs / "pair.img").rename(values)
    (inputs / "pair.img").symlink_to(values)
    before = values.read_bytes()
    code, _, err = run(capsys, "cut", f"{inputs}/pair.hdr:1", "--out", str(values))
    assert (code, values.read_bytes()) == (2, before)
    assert "is the image itself, or a part of it" in err


def test_a_file_beside_the_inputs_is_written_over(capsys, inputs):
    words = ("solve", "fdk", *SMALL_VOLUME, "--image", f"{inputs}/pair.hdr")
    assert run(capsys, *words, "--out", str(inputs / "other.img"))[0] == 0
    assert (inputs / "other.img").read_bytes().startswith(b"\x89HDF")


@pytest.mark.parametrize("name", ["result.h5", "deep/result.h5", ".result.h5"])
def test_a_result_among_the_slices_is_written_anew(capsys, inputs, name):
    path = inputs / "slices" / name
    words = [word.format(inputs) for word in (*FOLDER, "--out", str(path))]
    assert run(capsys, *words)[0] == 0
    first = path.read_bytes()
    assert run(capsys, *words, "--filter", "hann")[0] == 0
    assert path.read_bytes().startswith(b"\x89HDF")
    assert path.read_bytes() != first


def test_a_result_that_would_be_read_as_a_slice_is_not_written_over(capsys, inputs):
    words = [word.format(inputs) for word in (*FOLDER, "--out", str(inputs / "slices" / "new.png"))]
    assert run(capsys, *words)[0] == 0  # HDF5 all the same
    (inputs / "slices" / "new.png").write_bytes((inputs / "outside.png").read_bytes())
    code, _, err = run(capsys, *words)
    assert (code, "is the image itself, or a part of it" in err) == (2, True)
