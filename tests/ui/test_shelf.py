import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError
from core.ui.figures import frame_store as module
from core.ui.figures.frame_store import FrameStore, limits


@pytest.fixture
def shelf(tmp_path):
    return FrameStore(tmp_path, most_bytes=3 * 400)


def image(seed):
    return np.random.default_rng(seed).random((10, 10), dtype=np.float32)


def test_an_image_lies_there_as_float32_under_a_name_of_its_content(shelf):
    place = shelf.put(image(0))
    np.testing.assert_array_equal(
        np.fromfile(shelf.folder / place.name, np.float32).reshape(10, 10), image(0)
    )
    assert (place.lowest, place.highest) == (image(0).min(), image(0).max())
    assert shelf.put(image(0).astype(float)).name == place.name
    assert shelf.put(image(1)).name != place.name


def test_names_cannot_be_guessed_from_the_content(tmp_path):
    assert FrameStore(tmp_path).put(image(0)).name != FrameStore(tmp_path).put(image(0)).name


def test_a_read_only_array_is_looked_at_once_and_another_one_every_time(shelf, monkeypatch):
    looks = []
    monkeypatch.setattr(module, "limits", lambda values: looks.append(1) or limits(values))
    kept, free = image(0), image(1)
    kept.setflags(write=False)
    shelf.put(kept)
    shelf.put(kept)
    assert len(looks) == 1
    before = shelf.put(free).name
    free[0, 0] = 7
    assert shelf.put(free).name != before


def test_an_array_that_is_gone_is_forgotten(shelf):
    kept = image(0)
    kept.setflags(write=False)
    shelf.put(kept)
    assert len(shelf._seen) == 1
    del kept
    assert not shelf._seen


def test_the_one_used_longest_ago_makes_room_and_can_come_back(shelf):
    arrays = [image(seed) for seed in range(4)]
    for array in arrays:
        array.setflags(write=False)
    first, second, _ = (shelf.put(array) for array in arrays[:3])
    shelf.put(arrays[0])
    shelf.put(arrays[3])
    assert (shelf.folder / first.name).exists()
    assert not (shelf.folder / second.name).exists()
    assert len(list(shelf.folder.iterdir())) == 3
    assert shelf.put(arrays[1]) == second
    assert (shelf.folder / second.name).exists()


def test_many_threads_may_put_the_same_images(shelf):
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda k: shelf.put(image(k % 3)).name, range(200)))
    assert len(set(names)) == 3
    assert sorted(set(names)) == sorted(path.name for path in shelf.folder.iterdir())


def test_limits_pass_over_what_is_no_number():
    assert limits(np.array([1, np.nan, -2, np.inf])) == (-2, 1)
    assert limits(np.array([np.nan])) == (0, 0)


def test_where_the_disk_is_full_a_sentence_says_so_and_nothing_half_written_stays(
    shelf, monkeypatch
):
    def fail(path, data):
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", fail)
        with pytest.raises(InputError, match=r"takes no more \(No space left on device\)\."):
            shelf.put(image(0))
    assert list(shelf.folder.iterdir()) == []
    assert (shelf.folder / shelf.put(image(0)).name).exists()
