import pickle
import sqlite3
import subprocess
import sys
import threading

import numpy as np
import pytest

from core.storage.record import Record
from core.storage.store import RawDisk, Store


def record(value=1.0, size=1000):
    arrays = {"values": np.full(size, value), "image": np.arange(6, dtype=np.float32).reshape(2, 3)}
    return Record(header={"value": value, "names": ["a", "ü"]}, arrays=arrays)


def assert_same(found, expected):
    assert found.header == expected.header
    assert found.arrays.keys() == expected.arrays.keys()
    for name, array in expected.arrays.items():
        assert found.arrays[name].dtype == array.dtype
        assert found.arrays[name].shape == array.shape
        assert not found.arrays[name].flags.writeable
        np.testing.assert_array_equal(found.arrays[name], array)


@pytest.mark.parametrize("size", [0, 1, 1000, 100_000])  # in the table, and in a file of its own
def test_what_is_put_comes_back(tmp_path, size):
    store = Store(tmp_path)
    store.put("key", record(size=size))
    assert_same(store.get("key"), record(size=size))
    assert_same(Store(tmp_path).get("key"), record(size=size))
    assert store.get("other") is None


def test_what_no_record_takes_is_left_out_and_the_log_says_so(tmp_path, caplog):
    store = Store(tmp_path)
    store.put("key", Record(header={"value": float("nan")}, arrays={}))
    assert store.get("key") is None
    assert len(caplog.records) == 1
    store.put("key", record())
    assert store.get("key") is not None


def test_odd_arrays_survive_a_record():
    arrays = {
        "scalar": np.float64(3).reshape(()),
        "transposed": np.arange(12, dtype=np.int32).reshape(3, 4).T,
        "nan": np.array([np.nan, np.inf]),
        "bytes": np.array([1, 2, 3], np.uint8),
        "halves": np.array([1.5, -2.0], np.float16),
        "truths": np.array([True, False]),
        "nothing": np.zeros((0, 4, 0)),
    }
    written = Record(header={}, arrays=arrays)
    assert_same(Record.from_bytes(written.to_bytes()), written)


@pytest.mark.parametrize("place", [0, 31, 32, 40, 200, -1])
def test_a_changed_byte_is_noticed(place):
    data = bytearray(record().to_bytes())
    data[place] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        Record.from_bytes(bytes(data))


@pytest.mark.parametrize("length", [0, 3, 32, 40, 100, -1])
def test_a_record_cut_short_is_noticed(length):
    with pytest.raises(ValueError, match=r"damaged|short"):
        Record.from_bytes(record().to_bytes()[:length])


def test_objects_are_no_arrays():
    with pytest.raises(ValueError, match="numbers only"):
        Record.from_bytes(Record(header={}, arrays={"x": np.array(["text"])}).to_bytes())


def test_a_damaged_file_is_a_miss_and_goes(tmp_path):
    store = Store(tmp_path)
    store.put("key", record(size=100_000))
    (file,) = tmp_path.rglob("*.val")
    file.write_bytes(file.read_bytes()[:-8] + b"\0" * 8)
    assert store.get("key") is None
    assert not list(tmp_path.rglob("*.val"))
    store.put("key", record())
    assert_same(store.get("key"), record())


def test_a_file_that_has_gone_is_a_miss(tmp_path):
    store = Store(tmp_path)
    store.put("key", record(size=100_000))
    next(tmp_path.rglob("*.val")).unlink()
    assert store.get("key") is None


class Trap:
    def __reduce__(self):
        return pytest.fail, ("a pickle was opened",)


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_planted_pickle_is_never_opened(tmp_path, size):
    import diskcache

    with diskcache.Cache(str(tmp_path)) as planted:
        planted.set("key", [Trap(), "x" * size])
    assert Store(tmp_path).get("key") is None
    with diskcache.Cache(str(tmp_path)) as planted, pytest.raises(BaseException, match="opened"):
        planted.get("key")  # the trap does work


def test_an_entry_that_points_outside_the_folder_is_a_miss(tmp_path):
    store = Store(tmp_path / "store")
    store.put("key", record(size=100_000))
    (tmp_path / "outside").write_bytes(record().to_bytes())
    with sqlite3.connect(tmp_path / "store" / "cache.db") as table:
        table.execute("UPDATE Cache SET filename = '../outside'")
    assert store.get("key") is None


def test_the_disk_takes_bytes_under_text_only(tmp_path):
    disk = RawDisk(str(tmp_path))
    with pytest.raises(TypeError, match="bytes"):
        disk.store([1], False)
    with pytest.raises(TypeError, match="text"):
        disk.put(("a", "tuple"))
    with pytest.raises(OSError, match="foreign"):
        disk.get(pickle.dumps("key"), False)


def test_a_damaged_table_starts_anew(tmp_path):
    Store(tmp_path).put("key", record())
    for file in tmp_path.glob("cache.db*"):
        file.write_bytes(b"this is no database, and never was one" * 100)
    store = Store(tmp_path)
    assert store.get("key") is None
    store.put("key", record())
    assert_same(store.get("key"), record())


def test_it_stays_within_its_size_and_keeps_what_is_used(tmp_path):
    limit = 4_000_000
    store = Store(tmp_path, size_limit=limit)
    for number in range(20):
        store.put(f"key {number}", record(float(number), size=50_000))  # 0.4 MB each
        assert store.get("key 0") is not None, "what is read all the time stays"
    assert store.nbytes <= limit + 1_000_000
    assert store.get("key 19") is not None
    assert store.get("key 1") is None


def test_threads_may_read_and_write_at_once(tmp_path):
    store, wrong = Store(tmp_path), []

    def visit(number):
        for turn in range(20):
            key = f"key {(number + turn) % 5}"
            store.put(key, record(float(turn), size=20_000))
            found = store.get(key)
            if found is None or not (found.arrays["values"] == found.header["value"]).all():
                wrong.append(key)

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


WRITER = """
import sys
import numpy as np
from core.storage.record import Record
from core.storage.store import Store
from pathlib import Path
store, name = Store(Path(sys.argv[1])), sys.argv[2]
for turn in range(60):
    key = f"key {turn % 4}"
    store.put(key, Record(header={"turn": turn}, arrays={"x": np.full(20_000, float(turn))}))
    found = store.get(key)
    assert found is not None and (found.arrays["x"] == found.header["turn"]).all()
print("fine")
"""


def test_two_processes_share_one_store(tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    both = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for name in ("one", "two")
    ]
    for process in both:
        out, err = process.communicate(timeout=180)
        assert out.strip() == b"fine", err.decode()
    assert Store(tmp_path).get("key 0") is not None
