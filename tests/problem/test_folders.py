"""Folders as volumes: what lies in them beside the slices, and what cannot be read."""

import os
import sys

import numpy as np
import pytest

from core.problem.readers.volume import read_volume
from core.problem.volumes.own_file import open_own_volume
from tests.helpers.sample_files import picture, refused, scaled

VOLUME = np.random.default_rng(4).integers(0, 255, (5, 12, 9)).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    for index, plane in enumerate(VOLUME):
        (tmp_path / f"{index}.png").write_bytes(picture(plane, "PNG"))
    return tmp_path


def test_what_is_no_file_is_no_slice(folder):
    (folder / "5.png").symlink_to(folder / "absent.png")
    os.mkfifo(folder / "6.png")
    for read in (read_volume(folder), open_own_volume("slices", folder)):
        np.testing.assert_allclose(read.voxels, scaled(VOLUME), atol=1e-6)
    assert read_volume(folder).remarks == ()


def test_a_folder_of_links_that_lead_nowhere_is_empty(tmp_path):
    (tmp_path / "0.png").symlink_to(tmp_path / "absent.png")
    sentence = refused(tmp_path, read=lambda path, _: open_own_volume("slices", path))
    assert sentence.endswith("is empty: it has no files.")


@pytest.mark.skipif(sys.platform != "linux", reason="reads a file of /proc")
def test_a_slice_that_cannot_be_read_is_named(folder):
    (folder / "7.png").symlink_to("/proc/self/mem")
    sentence = refused(folder, read=lambda path, _: open_own_volume("slices", path))
    assert sentence.startswith("The file 7.png cannot be read: Input")


def test_a_folder_that_cannot_be_looked_into_is_named(folder, monkeypatch):
    (folder / "further").mkdir()
    looked_into = os.scandir

    def closed(path):
        if os.path.basename(path) == "further":
            raise PermissionError(13, "Permission denied", path)
        return looked_into(path)

    monkeypatch.setattr(os, "scandir", closed)
    sentence = refused(folder, read=lambda path, _: read_volume(path))
    assert sentence == "The folder further cannot be read: Permission denied."
