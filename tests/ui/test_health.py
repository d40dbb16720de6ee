import asyncio
import json

import pytest

from core.jobs import queue
from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.storage import store as stores
from core.storage.store import Store
from core.ui import health


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """The store and the jobs that the endpoint looks at."""
    store = Store(tmp_path / "store")
    with ThreadExecutor() as executor:
        jobs = Jobs(executor, store)
        monkeypatch.setattr(stores, "the_store", lambda: store)
        monkeypatch.setattr(queue, "the_jobs", lambda: jobs)
        yield store, jobs


def answer():
    response = asyncio.run(health.Health().answer(None))
    return response.status_code, json.loads(response.body)


def test_it_is_well_with_a_store_and_threads(parts):
    assert answer() == (200, {"store": "ok", "workers": "ok"})
    assert parts[0].nbytes == Store(parts[0]._cache.directory).nbytes
    assert len(parts[0]._cache) == 0, "The check leaves nothing in the store."


def test_it_fails_when_the_store_takes_nothing(parts):
    parts[0]._cache._sql("DROP TABLE Cache")
    status, said = answer()
    assert status == 503
    assert said["store"].startswith(f"The store at {parts[0]._cache.directory} does not work: ")
    assert said["workers"] == "ok"


def test_it_fails_without_a_store(parts, monkeypatch):
    monkeypatch.setattr(stores, "the_store", lambda: Store(None))
    status, said = answer()
    assert (status, said["store"]) == (503, "The store has no folder that can be written to.")


def test_it_fails_when_the_jobs_have_trouble(parts, monkeypatch):
    monkeypatch.setattr(parts[1]._executor, "trouble", lambda: "No workers.", raising=False)
    assert answer() == (503, {"store": "ok", "workers": "No workers."})


def test_many_who_ask_at_once_cost_one_look(monkeypatch):
    looks = []
    monkeypatch.setattr(health, "trouble", lambda: looks.append(1) or {"store": ""})

    async def ask():
        one = health.Health()
        return await asyncio.gather(*(one.answer(None) for _ in range(50)))

    assert {response.status_code for response in asyncio.run(ask())} == {200}
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("base", "paths"), [("", ["/health"]), ("/lab/", ["/health", "/lab/health"])]
)
def test_it_stands_at_the_root_and_below_the_path_of_the_app(monkeypatch, base, paths):
    monkeypatch.setattr(health.st, "get_option", lambda name: base)
    assert [route.path for route in health.routes()] == paths


def test_a_folder_that_cannot_be_written_to_is_a_sentence_and_an_empty_store(
    tmp_path, monkeypatch, caplog
):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file" / "store"))
    stores.the_store.cache_clear()
    store = stores.the_store()
    stores.the_store.cache_clear()
    assert "Results are not stored" in caplog.text
    assert str(tmp_path) in caplog.text
    record = stores.Record(header={"a": 1}, arrays={})
    store.put("key", record)
    assert store.get("key") is None
    assert store.nbytes == 0
    store.remove("key")


def test_a_store_that_cannot_be_written_says_so_once(tmp_path, caplog):
    store = Store(tmp_path)
    store._cache._sql("DROP TABLE Cache")
    for _ in range(3):
        store.put("key", stores.Record(header={}, arrays={}))
    assert caplog.text.count("Results cannot be stored") == 1


def test_a_store_that_is_locked_is_not_taken_for_damaged(tmp_path, monkeypatch):
    Store(tmp_path).put("key", stores.Record(header={"a": 1}, arrays={}))

    def locked(*_, **__):
        raise stores.sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(stores.diskcache, "Cache", locked)
        with pytest.raises(stores.sqlite3.OperationalError):
            Store(tmp_path)
    assert Store(tmp_path).get("key").header == {"a": 1}
