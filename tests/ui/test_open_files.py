"""A visitor's file: in memory only, bounded, gone with the session, and nobody else's."""

import gc
import weakref
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from core.jobs.executor import make_executor
from core.jobs.queue import Jobs
from core.methods.fbp import FBP
from core.problem.images import SheppLogan, UploadedImage, UploadInfo, WithLesion
from core.problem.lesion import Lesion
from core.problem.scan import Scan
from core.problem.uploads import uploads_in
from core.storage.store import Store
from core.studies import measurements
from core.studies.measurements import measurement_of
from core.studies.reconstruction import ReconstructionStudy, Sweep, forget_runs
from core.ui import cached
from core.ui.scan import open_files, upload
from core.ui.scan.open_files import NO_ROOM, OwnFile
from tests.helpers.sample_files import hdf5, nifti, npy
from tests.helpers.waiting import wait_until

APP = Path(__file__).parents[2] / "streamlit_app.py"
PIXELS = np.random.default_rng(0).random((20, 30)).astype(np.float32)


def own_image(digest):
    info = UploadInfo(title="own", kind=".npy", dataset="", shape=(1, *PIXELS.shape))
    return UploadedImage(digest=digest, info=info, slice=0, pixels=PIXELS)


def scan_of(digest):
    return Scan(image=own_image(digest), size=64)


def opened_at(query):
    """The laboratory at an address, after its first run."""
    app = AppTest.from_file(APP, default_timeout=120)
    for name, text in query.items():
        app.query_params[name] = text
    return app.run()


def record(name, size):
    return UploadedFileRec(file_id=name, name=name, type="", data=bytes(size))


@pytest.fixture
def manager(monkeypatch):
    monkeypatch.setattr(open_files, "PER_VISITOR", 100)
    monkeypatch.setattr(open_files, "IN_ALL", 250)
    monkeypatch.setattr(open_files, "_open_files", weakref.WeakSet())  # without other tests' files
    manager = MemoryUploadedFileManager("/upload")
    open_files.bound(manager)
    open_files.bound(manager)  # a second run of a page changes nothing
    return manager


def held(manager, session, *names):
    return {file.file_id: file.data for file in manager.get_files(session, names)}


def test_the_oldest_files_of_a_visitor_make_room(manager):
    for name in "abcdef":
        manager.add_file("one", record(name, 40))
    assert set(held(manager, "one", *"abcdef")) == {"e", "f"}
    manager.add_file("one", record("large", 90))
    assert set(held(manager, "one", *"abcdef", "large")) == {"large"}


def test_where_all_visitors_have_too_much_a_file_is_refused_with_a_sentence(manager):
    for session in ("one", "two"):
        manager.add_file(session, record("a", 100))
    manager.add_file("three", record("a", 60))
    assert held(manager, "three", "a") == {"a": NO_ROOM}
    manager.remove_session_files("one")
    manager.add_file("three", record("b", 60))
    assert len(held(manager, "three", "b")["b"]) == 60
    assert "as much as it can" in upload._open("own", NO_ROOM)


def test_a_file_that_is_open_counts_once(manager):
    file = record("a", 90)
    own = OwnFile(title="a", content=file.data, opened=own_image("counted"))
    manager.add_file("one", file)
    manager.add_file("two", record("a", 90))
    manager.add_file("three", record("a", 60))
    assert len(held(manager, "three", "a")["a"]) == 60
    manager.remove_session_files("one")  # still open
    manager.add_file("four", record("a", 60))
    assert held(manager, "four", "a") == {"a": NO_ROOM}
    assert own.slices_of("") == 1


def test_an_image_is_known_wherever_it_lies():
    lesion = WithLesion(image=own_image("deep"), lesion=Lesion())
    study = ReconstructionStudy(scan=Scan(image=lesion, size=64), method=FBP())
    assert uploads_in(study) == uploads_in((1, [study])) == study.task.uploads == {"deep"}
    assert uploads_in(Scan(image=SheppLogan())) == frozenset()


def collected(condition):
    """The condition, once what nobody uses any more has gone."""

    def look():
        gc.collect()
        return condition()

    return look


def test_what_was_made_of_a_file_goes_when_the_last_who_has_it_open_closes_it(monkeypatch):
    forgotten = []

    def forget(digests):
        if digests & {"looked at by one", "shared"}:  # files of earlier tests may close only now
            forgotten.append(digests)

    monkeypatch.setattr(open_files, "forget_uploads", forget)
    jobs = SimpleNamespace(forget=forget)
    monkeypatch.setattr(open_files, "the_jobs", lambda: jobs)
    first = OwnFile(title="a", content=b"a", opened=own_image("shared"))
    second = OwnFile(title="a", content=b"a", opened=own_image("shared"))
    first.digests.add("looked at by one")
    del first
    wait_until(collected(lambda: len(forgotten) == 2))
    assert forgotten == 2 * [frozenset({"looked at by one"})]
    assert second.digests == {"shared"}
    del second
    wait_until(collected(lambda: len(forgotten) == 4))
    assert forgotten[2:] == 2 * [frozenset({"shared"})]


def test_measurements_and_jobs_are_forgotten_and_others_stay(tmp_path):
    jobs = Jobs(make_executor(), Store(tmp_path))
    tasks = {
        name: ReconstructionStudy(scan=scan_of(name), method=FBP()).task for name in ("mine", "his")
    }
    for name, task in tasks.items():
        assert jobs.submit(task, name).wait(60).phase == "done"
        measurement_of(scan_of(name))
    gone = frozenset({"mine"})
    jobs.forget(gone)
    measurements.forget_uploads(gone)
    forget_runs(gone)
    assert jobs.find(tasks["mine"], "mine") is None
    assert jobs.find(tasks["his"], "his") is not None
    assert not measurements.is_remembered(scan_of("mine"))
    assert measurements.is_remembered(scan_of("his"))


def test_results_of_a_visitors_file_never_reach_the_disk(tmp_path):
    store = Store(tmp_path)
    jobs = Jobs(make_executor(), store)
    for scan, stored in ((scan_of("private"), False), (Scan(size=64, image=SheppLogan()), True)):
        question = ReconstructionStudy(scan=scan, method=FBP())
        for study in (question, Sweep(questions=(question,), label="sweep", store=store)):
            job = jobs.submit(study.task, "visitor")
            assert job.wait(60).phase == "done"
            if stored:
                wait_until(lambda task=study.task: store.get(task.key) is not None)
        assert (store.get(question.key) is not None) == stored
    assert len(store._cache) == 2  # the phantom's


def test_what_is_made_of_ones_own_file_is_not_kept_for_everybody(monkeypatch):
    monkeypatch.setattr(cached, "_many", lambda *_: pytest.fail("kept for everybody"))
    first = cached.truth(own_image("session"), 64)
    assert cached.truth(own_image("session"), 64) is first
    assert not first.flags.writeable


def test_a_session_that_ends_takes_its_file_with_it():
    before = set(open_files._open_files)
    app = opened_at({"image": "upload"})
    app.file_uploader(key="uploader").upload("mine.npy", npy(PIXELS)).run()
    assert not app.exception
    assert len(set(open_files._open_files) - before) == 1
    del app
    gc.unfreeze()  # the first run of a process freezes what is there, this session too
    wait_until(collected(lambda: not set(open_files._open_files) - before))


def test_who_knows_the_address_of_anothers_image_does_not_see_it():
    mine = opened_at({"image": "upload"})
    mine.file_uploader(key="uploader").upload("mine.npy", npy(PIXELS)).run()
    query = mine.session_state["link state"].query
    assert query["image"] == "upload"
    other = opened_at(query)
    assert not other.exception
    assert "not open in this session" in other.info[0].value
    assert dict(other.session_state["uploads"].files) == {}
    assert "image_file" not in other.session_state["link state"].query


def several_arrays():
    def fill(file):
        file["first"] = PIXELS[None] * np.ones((4, 1, 1))
        file["image"] = np.stack([PIXELS, PIXELS[::-1], PIXELS[:, ::-1]])

    return hdf5(fill)


def test_the_array_of_a_file_is_chosen_and_stands_in_the_link():
    app = opened_at({"image": "upload"})
    app.file_uploader(key="uploader").upload("several.h5", several_arrays()).run()
    link = app.session_state["link state"].query
    (own,) = app.session_state["uploads"].files.values()
    assert own.opened.info.dataset == "image"
    assert "image_dataset" not in link
    (choice,) = (box for box in app.selectbox if box.label == "Array")
    assert choice.options == ["first (4×20×30)", "image (3×20×30)"]
    choice.select("first").run()
    assert not app.exception
    (own,) = app.session_state["uploads"].files.values()
    assert (own.opened.info.dataset, own.opened.slice, own.slices_of("first")) == ("first", 2, 4)
    query = dict(app.session_state["link state"].query)
    assert query["image_dataset"] == "first"

    again = opened_at(query)
    again.file_uploader(key="uploader").upload("several.h5", several_arrays()).run()
    assert not again.exception
    (own,) = again.session_state["uploads"].files.values()
    assert own.opened.info.dataset == "first"


def test_pixels_that_are_no_numbers_are_said_beside_the_image():
    volume = np.random.default_rng(0).random((30, 20, 9)).astype(np.float32)
    volume[:15] = np.nan
    app = opened_at({"image": "upload"})
    assert any("python -m core cut" in caption.value for caption in app.caption)
    app.file_uploader(key="uploader").upload("spm.nii", nifti(volume)).run()
    assert not app.exception
    assert any("50 % of the pixels are not numbers" in caption.value for caption in app.caption)
