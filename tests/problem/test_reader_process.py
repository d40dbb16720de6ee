"""Foreign files are parsed elsewhere: whatever a file does there, here it is a sentence."""

import ast
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError
from core.problem.reader_process import process
from core.problem.reader_process.limits import Limits
from core.problem.reader_process.messages import read_message, write_message
from core.problem.reader_process.pool import ReaderPool, Settings
from tests.helpers import hostile_files as hostile
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused
from tests.helpers.waiting import wait_until

ROOT = Path(__file__).parents[2]
GOOD = files.npy(STACK)
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def make_pool():
    """Give a function that makes a pool with limits of its own; all end with the test."""
    pools = []

    def make(seconds=20.0, nbytes=10**9, **settings):
        pools.append(
            ReaderPool(Settings(limits=Limits(seconds=seconds, nbytes=nbytes), **settings))
        )
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def read_again(pool):
    np.testing.assert_allclose(pool.read(GOOD, 1).pixels, STACK[1] / STACK[1].max(), atol=1e-6)


def test_a_file_that_crashes_the_library_costs_its_reader_only(make_pool):
    pool = make_pool()
    before = "a new reader", "one that has read a file"
    for _ in before:
        sentence = refused(hostile.segfault(), read=pool.read)
        assert sentence == "The file crashed the reader: it is damaged."
        read_again(pool)


def test_a_used_reader_that_crashes_is_not_held_against_the_next_file(make_pool):
    pool = make_pool(workers=1)
    read_again(pool)
    (pid,) = pool.pids
    os.kill(pid, 9)
    read_again(pool)
    assert pool.pids != [pid]


def test_an_answer_that_is_never_believed_is_given_up(make_pool):
    pool = make_pool(workers=1)
    read_again(pool)  # the first reader that is asked is a used one
    checks = []

    def check(answer, content):
        checks.append(answer)
        raise process.CrashError if len(checks) < 9 else AssertionError("asked for ever")

    with pytest.raises(InputError, match="The file crashed the reader: it is damaged"):
        pool._asked(GOOD, {"slice": 1}, check)
    assert len(checks) == 2
    read_again(pool)


def test_a_file_that_never_ends_is_given_up(make_pool):
    pool = make_pool(seconds=0.5)
    sentence = refused(hostile.endless(), read=pool.read)
    assert sentence.startswith("The file could not be read within 0.5 seconds")
    read_again(make_pool())
    assert len(pool.pids) == 1  # the next one is on its way


SLOW = {
    "scans": lambda: hostile.many_scans(3000),
    "members": lambda: hostile.many_members(1_000_000),
    "tall": lambda: hostile.tall_picture(60_000_000),
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_file_that_takes_long_is_given_up(make_pool, kind):
    pool = make_pool(seconds=0.3)
    assert "could not be read within 0.3 seconds" in refused(SLOW[kind](), read=pool.read)


LARGE = {
    "chunks": lambda: hostile.many_chunks(300),
    "chunk": lambda: hostile.swelling_chunk(400_000_000),
    "wide": lambda: hostile.wide_values(2500),
}


@linux
@pytest.mark.parametrize("kind", LARGE)
def test_a_file_that_swells_is_refused(make_pool, kind):
    content = LARGE[kind]()
    pool = make_pool(nbytes=100_000_000)
    sentence = refused(content, read=pool.read)
    # A filter of HDF5 that gets no memory does not say why it failed.
    assert "more than 0.1 GB of memory" in sentence or "cannot be read" in sentence
    read_again(pool)


def test_too_many_links_are_refused(make_pool):
    assert "more than 10000 objects" in refused(hostile.many_links(10_001), read=make_pool().read)


@linux
def test_the_system_keeps_the_limits(make_pool):
    pool = make_pool(seconds=7, nbytes=300_000_000)
    read_again(pool)
    (pid,) = pool.pids
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    limits = {line[:26].strip(): line[26:].split()[0] for line in lines}
    assert 300_000_000 < int(limits["Max address space"]) < 700_000_000
    assert 12 <= int(limits["Max cpu time"]) <= 15
    assert limits["Max file size"] == limits["Max core file size"] == "0"


@linux
def test_a_reader_has_its_three_streams_and_nothing_of_the_server(make_pool, monkeypatch):
    import socket

    monkeypatch.setenv("SECRET", "of the server")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.set_inheritable(False)
        pool = make_pool()
        read_again(pool)
        read_again(pool)
        (pid,) = pool.pids
        handles = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    assert not [handle for handle in handles if handle.startswith("socket")]
    assert {handle.partition(":")[0] for handle in handles} == {"pipe", "/dev/null"}
    assert b"SECRET" not in Path(f"/proc/{pid}/environ").read_bytes()
    loaded = Path(f"/proc/{pid}/maps").read_text()
    for heavy in ("numba", "llvmlite", "torch", "astra", "streamlit"):
        assert f"/{heavy}" not in loaded


def test_a_reader_imports_what_it_needs_and_no_more():
    listing = "import sys, core.problem.reader_process.worker; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True
    )
    modules = {name.partition(".")[0] for name in ast.literal_eval(done.stdout)}
    assert {"numpy", "h5py", "PIL"} <= modules
    heavy = {"numba", "torch", "scipy", "skimage", "astra", "pylops", "streamlit", "plotly"}
    assert not modules & heavy


SERVER = """
import sys, time
from core.problem.reader_process.messages import read_message, write_message
from core.problem.reader_process.pool import ReaderPool
if __name__ != "__main__":
    raise SystemExit("The script of the server ran again in a child.")
pool = ReaderPool()
pool.warm_up()
pool._take()
print(*pool.pids, flush=True)
time.sleep(600)
"""


@linux
def test_a_reader_ends_with_the_server_however_that_ends(tmp_path):
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    server = subprocess.Popen(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = int(server.stdout.readline())
    assert Path(f"/proc/{pid}").exists()
    server.kill()
    server.communicate()
    wait_until(lambda: gone(pid))


@linux
def test_a_reader_that_is_left_alone_in_a_loop_ends_itself(monkeypatch):
    """As when the server is killed while a library loops: by wall time, without the interpreter."""
    code = (
        "from core.problem.reader_process import limits, worker\n"
        "limits.GRACE_SECONDS = 0\n"
        "worker.main()"
    )
    alone = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    read_message(alone.stdout, largest=0)
    request = {"slice": 0, "seconds": 1, "nbytes": 10**9}
    write_message(alone.stdin, request, hostile.endless())
    assert alone.wait(timeout=120) != 0
    alone.communicate()


def test_files_wait_for_their_turn_and_not_for_ever(make_pool):
    pool = make_pool(workers=1, wait_seconds=0.2, seconds=3)
    slow = threading.Thread(target=lambda: refused(hostile.endless(), read=pool.read))
    slow.start()
    wait_until(lambda: pool.pids)
    assert refused(GOOD, read=pool.read) == "Other files are being read. Try again in a minute."
    slow.join()
    read_again(pool)


def test_no_more_readers_run_than_are_allowed(make_pool):
    pool = make_pool(workers=2)
    threads = [threading.Thread(target=read_again, args=(pool,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(pool.pids) <= 2


def test_where_no_reader_starts_a_sentence_says_so(make_pool, monkeypatch):
    for command in ((sys.executable, "-c", ""), ("/nowhere/python",)):
        monkeypatch.setattr(process, "COMMAND", command)
        assert "did not start" in refused(GOOD, read=make_pool().read)


def gone(pid):
    """Whether a process has ended, also where nobody has asked for its end yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"
