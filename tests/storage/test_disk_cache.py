import os
import pickle

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.projection import projector as projectors
from core.projection import weights
from core.storage import disk_cache as module
from core.storage.disk_cache import cached_arrays


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "SLOW", 0.0)
    return tmp_path / "projectors"


def refuse(*_):
    raise AssertionError("made again")


def arrays(seed=0, size=1000):
    random = np.random.default_rng(seed)
    return {"a": random.random(size), "b": random.integers(0, 9, (2, 3), np.uint32)}


def test_what_was_slow_is_kept(folder):
    made = keep("one")
    found = again("one")
    assert found.keys() == made.keys()
    for name in made:
        np.testing.assert_array_equal(found[name], made[name])
        assert found[name].dtype == made[name].dtype


def test_what_was_fast_is_not(folder, monkeypatch):
    monkeypatch.setattr(module, "SLOW", 60.0)
    keep("one")
    assert list(folder.iterdir()) == []


def keep(name, **options):
    return cached_arrays(name, lambda: arrays(**options), lambda found: found["a"].ndim == 1)


def again(name):
    return cached_arrays(name, refuse, lambda found: found["a"].ndim == 1)


def flip(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


class Bomb:
    def __reduce__(self):
        return (refuse, ())


@pytest.mark.parametrize(
    "damage",
    [
        flip,
        lambda data: data[:-100],
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"no such thing",
        lambda data: pickle.dumps(Bomb()),
        lambda data: b"\0" * len(data),
    ],
)
def test_a_damaged_entry_is_made_again(folder, damage):
    keep("one")
    (path,) = folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    np.testing.assert_array_equal(keep("one", seed=1)["a"], arrays(seed=1)["a"])
    np.testing.assert_array_equal(again("one")["a"], arrays(seed=1)["a"])


def test_what_does_not_fit_is_made_again(folder):
    keep("one")
    for fits in (lambda found: False, lambda found: found["missing"]):
        with pytest.raises(AssertionError, match="made again"):
            cached_arrays("one", refuse, fits)
        assert list(folder.iterdir()) == []
        keep("one")


def test_the_least_recently_used_goes_first(folder, monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 30_000)  # three entries of some 8.5 kB
    for age, name in enumerate(("first", "second", "third")):
        keep(name)
        os.utime(folder / f"{name}.npz", (age, age))
    again("first")  # used again, so that the second is the oldest
    keep("fourth")
    assert sorted(path.stem for path in folder.iterdir()) == ["first", "fourth", "third"]
    keep("huge", size=10_000)
    assert not (folder / "huge.npz").exists()
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 30_000


def test_a_full_disk_costs_nothing_but_time(folder, monkeypatch):
    def full(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full)
    np.testing.assert_array_equal(keep("one")["a"], arrays()["a"])
    assert list(folder.iterdir()) == []


def test_without_a_folder_everything_is_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file"))
    np.testing.assert_array_equal(keep("one")["a"], arrays()["a"])


def test_a_projector_comes_back_from_the_disk(folder, monkeypatch):
    beam = ParallelBeam(views=EvenViews(angles=5, start=2), detectors=31)
    image = np.random.default_rng(0).random((24, 24), np.float32)
    monkeypatch.setattr(projectors, "MEMORY", projectors.SizedLRU(0, lambda _: 0))
    made = projectors.make_projector(24, beam)
    sinogram, norm = made.project(image), made.norm_squared
    monkeypatch.setattr(weights, "_weigh", refuse)
    monkeypatch.setattr(projectors, "norm_squared", refuse)
    monkeypatch.setattr(projectors, "MEMORY", projectors.SizedLRU(0, lambda _: 0))
    found = projectors.make_projector(24, beam)
    assert found is not made
    np.testing.assert_array_equal(found.project(image), sinogram)
    assert found.norm_squared == norm
    with pytest.raises(AssertionError, match="made again"):
        projectors.make_projector(24, beam, "line")


@pytest.mark.parametrize("name", ["starts", "rays", "values"])
def test_weights_from_a_file_that_point_nowhere_are_not_used(folder, monkeypatch, name):
    beam = ParallelBeam(views=EvenViews(angles=5, start=2), detectors=31)
    monkeypatch.setattr(projectors, "MEMORY", projectors.SizedLRU(0, lambda _: 0))
    projectors.make_projector(24, beam)
    (path,) = folder.glob("*-weights.npz")
    with np.load(path) as entry:
        entries = dict(entry)
    entries[name] = entries[name][:-1] if name == "values" else entries[name] + np.uint32(200)
    np.savez(path, **entries)
    monkeypatch.setattr(weights, "_weigh", refuse)
    with pytest.raises(AssertionError, match="made again"):
        projectors.make_projector(24, beam, threads=3)
