"""Files of images that are replaced while a server runs."""

import hashlib
import os
import shutil

import h5py
import numpy as np
import pytest

from core.networks.data import heads
from core.networks.training import train_now
from core.problem import stored
from core.problem.image_files import CHECKSUMS
from core.problem.stored import IMAGES_FILE, TRAINING_FILE

READERS = {
    "training_images": (TRAINING_FILE, train_now.training_images),
    "unseen_images": (IMAGES_FILE, train_now.unseen_images),
    "slices": (TRAINING_FILE, lambda: heads.slices("s1", "training")),
}


@pytest.mark.parametrize("name", READERS)
def test_images_are_read_again_where_their_file_has_changed(name, tmp_path, monkeypatch):
    shipped, read = READERS[name]
    path = tmp_path / shipped.name
    shutil.copy(shipped, path)
    sign(path)
    names = {TRAINING_FILE: "TRAINING_FILE", IMAGES_FILE: "IMAGES_FILE"}
    for module in (train_now, heads, stored):
        monkeypatch.setattr(module, names[shipped], path, raising=False)
    before = read()
    assert read() is before
    with h5py.File(path, "r+") as file:
        for group in file.values():
            if "reconstruction_rss" in group:
                group["reconstruction_rss"][...] = group["reconstruction_rss"][:][:, ::-1]
    sign(path)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 10**9))
    after = read()
    assert after.shape == before.shape
    np.testing.assert_allclose(after, before[:, ::-1], atol=1e-6)


def sign(path):
    """Write the checksum of a file beside it, as that of a shipped one."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(CHECKSUMS).write_text(f"{digest}  {path.name}\n")
