"""Files that a command writes are there whole or not at all, and an old one stays till then."""

import os
import stat
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.helpers.cli_runner import SMALL, run

SAMPLER = ["gaussian_posterior", *SMALL, "--noise", "gaussian", "--set", "samples=2"]
WRITERS = {
    "solve": ("core.cli.result_file.write_reconstruction", ["solve", "fbp", *SMALL]),
    "samples": ("core.cli.samples.write_samples", ["solve", *SAMPLER]),
    "cut": ("numpy.save", ["cut", "IMAGE"]),
}
FAULTS = {"full": (OSError(28, "No space left on device"), 2), "Ctrl-C": (KeyboardInterrupt(), 130)}


@pytest.fixture
def image(tmp_path_factory):
    path = tmp_path_factory.mktemp("image") / "image.npy"
    np.save(path, np.random.default_rng(0).random((32, 32)))
    return str(path)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("writer", WRITERS)
def test_what_fails_midway_leaves_the_old_file(capsys, tmp_path, monkeypatch, image, writer, fault):
    (name, words), (error, code) = WRITERS[writer], FAULTS[fault]

    def fail(file, *_, **__):
        if isinstance(file, h5py.File):
            file["image"] = np.ones(1000)
        else:
            file.write(b"half")
        raise error

    out = tmp_path / "out.npy"
    out.write_bytes(b"of old")
    monkeypatch.setattr(name, fail)
    words = [image if word == "IMAGE" else word for word in words]
    found, _, err = run(capsys, *words, "--out", str(out))
    assert found == code
    assert (f"{out} could not be written: " in err) == (fault == "full")
    assert out.read_bytes() == b"of old"
    assert list(tmp_path.iterdir()) == [out]


def test_a_disk_that_fills_leaves_the_old_file(capsys, tmp_path, monkeypatch):
    def fail(path, content):
        with path.open("wb") as file:
            file.write(content[:9])
        raise OSError(28, "No space left on device")

    out = tmp_path / "out.h5"
    out.write_bytes(b"of old")
    monkeypatch.setattr(Path, "write_bytes", fail)
    code, _, err = run(capsys, "solve", "fbp", *SMALL, "--out", str(out))
    assert code == 2
    assert err.endswith(f"{out} could not be written: No space left on device.\n")
    assert out.read_bytes() == b"of old"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("words", [["solve", "fbp", *SMALL], ["cut", "IMAGE"]])
def test_a_new_file_takes_the_place_and_the_rights_of_the_old_one(capsys, tmp_path, image, words):
    out, link = tmp_path / "out.npy", tmp_path / "link.npy"
    out.write_bytes(b"of old")
    out.chmod(0o640)
    link.symlink_to(out)
    words = [image if word == "IMAGE" else word for word in words]
    assert run(capsys, *words, "--out", str(link))[0] == 0
    assert link.is_symlink()
    assert out.stat().st_size > 1000
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert sorted(tmp_path.iterdir()) == [link, out]


def test_what_is_no_regular_file_is_not_replaced(capsys, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code, _, err = run(capsys, "solve", "fbp", *SMALL, "--out", str(pipe))
    assert (code, err) == (2, f"{pipe} is no regular file; name another one.\n")


def test_an_export_that_fails_can_be_tried_again(capsys, tmp_path):
    command = ("export", "back_projection", *SMALL, "--out", str(tmp_path))
    (tmp_path / "image.npy").symlink_to(tmp_path / "nowhere" / "image.npy")
    code, _, err = run(capsys, *command)
    assert code == 2
    assert f"{tmp_path} could not be written to" in err
    assert [path.name for path in tmp_path.iterdir()] == ["image.npy"]
    (tmp_path / "image.npy").unlink()
    assert run(capsys, *command)[0] == 0
