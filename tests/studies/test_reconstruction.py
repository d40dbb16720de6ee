import time
from dataclasses import dataclass, replace
from functools import partial
from threading import Semaphore
from typing import ClassVar

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.methods.back_projection import BackProjection
from core.methods.fbp import FBP
from core.methods.support.reconstruction import Reconstruction, reconstruct
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.storage.store import Store
from core.studies.codec import decode, encode
from core.studies.measurements import measurement_of
from core.studies.reconstruction import ReconstructionStudy, Sweep
from tests.helpers.resting import Resting

SCAN = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=12), detectors=46))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def jobs(store):
    with ThreadExecutor() as executor:
        yield Jobs(executor, store)


def assert_same(found, expected):
    for name in ("method", "parameters", "stop", "message", "seconds"):
        assert getattr(found, name) == getattr(expected, name)
    np.testing.assert_array_equal(found.image, expected.image)
    assert found.history.names == expected.history.names
    np.testing.assert_array_equal(found.history.table, expected.history.table)
    assert [s.iteration for s in found.snapshots] == [s.iteration for s in expected.snapshots]
    for one, other in zip(found.snapshots, expected.snapshots, strict=True):
        np.testing.assert_array_equal(one.image, other.image)


def test_a_reconstruction_survives_the_store(store):
    result = reconstruct(Resting(iterations=50), measurement_of(SCAN))
    store.put("key", encode(result))
    assert_same(store.recall("key", partial(decode, Reconstruction)), result)


def test_a_key_names_scan_method_parameters_and_code(monkeypatch):
    question = ReconstructionStudy(scan=SCAN, method=FBP())
    assert question.key == ReconstructionStudy(scan=replace(SCAN), method=FBP(cutoff=1)).key
    others = [
        ReconstructionStudy(scan=SCAN, method=FBP(cutoff=0.5)),
        ReconstructionStudy(scan=SCAN, method=BackProjection()),
        ReconstructionStudy(scan=replace(SCAN, noise=GaussianNoise(level=0.1)), method=FBP()),
        ReconstructionStudy(scan=replace(SCAN, size=65), method=FBP()),
    ]
    assert len({question.key, *(other.key for other in others)}) == 5
    monkeypatch.setattr("core.studies.study.version_of", lambda study: "another")
    assert ReconstructionStudy(scan=SCAN, method=FBP()).key != question.key


def test_a_question_is_answered_watched_and_remembered(jobs):
    question = ReconstructionStudy(scan=SCAN, method=FBP())
    state = jobs.submit(question.task, "ada").wait(20)
    assert state.phase == "done"
    assert_same(state.result, replace_seconds(question, state.result))
    assert jobs.submit(question.task, "bob").state.result is state.result


def replace_seconds(question, result):
    """The same question answered without jobs, with the other's times."""
    direct = reconstruct(question.method, measurement_of(question.scan))
    history = direct.history
    table = history.table.copy()
    table[history.names.index("seconds")] = result.history["seconds"]
    return replace(direct, seconds=result.seconds, history=replace(history, table=table))


@dataclass(frozen=True, kw_only=True)
class StepsOnDemand(Resting):
    """Takes a step for each turn that a test gives it."""

    turns: ClassVar = Semaphore(0)

    def iterate(self, operator, data):
        for step in super().iterate(operator, data):
            self.turns.acquire(timeout=60)
            yield step


def test_progress_carries_image_and_history_and_stop_keeps_what_there_is(jobs):
    question = ReconstructionStudy(scan=SCAN, method=StepsOnDemand(iterations=100_000))
    job = jobs.submit(question.task, "ada")
    StepsOnDemand.turns.release(4)
    while job.state.progress is None or job.state.progress.step < 3:
        job.wait(0.005)
    progress = job.state.progress
    assert len(progress.history) == progress.step + 1
    assert progress.image.max() == pytest.approx(progress.history.last("value"))
    assert progress.rate > 0
    jobs.stop(question.task, "ada")
    StepsOnDemand.turns.release(1)  # it stops at its next step: a further one would have no turn
    state = job.wait(60)
    assert (state.phase, state.result.stop) == ("stopped", "stopped")
    assert state.result.history.last("iteration") == progress.step + 1
    assert len(state.result.snapshots) > 1


def sweep(store, steps=(2, 3, 4), rest=0.0):
    return Sweep(
        questions=tuple(
            ReconstructionStudy(scan=SCAN, method=Resting(iterations=n, rest=rest)) for n in steps
        ),
        label="Steps",
        store=store,
    )


def test_a_sweep_answers_all_its_questions_and_stores_each(jobs, store):
    asked = sweep(store)
    state = jobs.submit(asked.task, "ada").wait(20)
    assert [r.parameters["iterations"] for r in state.result] == [2, 3, 4]
    assert [len(r.snapshots) for r in state.result] == [1, 1, 1]
    assert (state.progress.step, state.progress.steps) == (12, 12)
    single = store.recall(asked.questions[1].key, asked.questions[1].task.decode)
    assert len(single.snapshots) == 4


def test_a_sweep_takes_what_is_known(jobs, store):
    asked = sweep(store, steps=(2, 3))
    known = reconstruct(Resting(iterations=2), measurement_of(SCAN))
    store.put(asked.questions[0].key, encode(replace(known, message="From the store.")))
    state = jobs.submit(asked.task, "ada").wait(20)
    assert [r.message for r in state.result] == ["From the store.", "All 3 iterations done."]


def test_a_stopped_sweep_keeps_its_finished_parts_and_shows_them_live(jobs, store):
    asked = sweep(store, steps=(3, 50_000), rest=0.002)
    job = jobs.submit(asked.task, "ada")
    while job.state.progress is None or not job.state.progress.parts:
        job.wait(0.005)
    assert job.state.progress.parts[0].parameters["iterations"] == 3
    jobs.stop(asked.task, "ada")
    state = job.wait(5)
    assert state.phase == "stopped"
    assert len(state.result) == 1


def test_a_finished_sweep_comes_back_from_the_store(store):
    asked = sweep(store)
    with ThreadExecutor() as executor:
        first = Jobs(executor, store).submit(asked.task, "ada").wait(20).result
    with ThreadExecutor() as executor:
        again = Jobs(executor, store).find(asked.task, "ada").state.result
    for one, other in zip(again, first, strict=True):
        assert_same(one, other)


def test_what_was_stopped_goes_on_from_where_it_was(jobs):
    question = ReconstructionStudy(scan=SCAN, method=Resting(iterations=300, rest=0.005))
    job = jobs.submit(question.task, "me")
    while job.state.progress is None or job.state.progress.step < 5:
        time.sleep(0.005)
    jobs.stop(question.task, "me")
    first = job.wait(10).result
    assert first.stop == "stopped"
    kept = first.history.table.copy()

    again = jobs.submit(question.task, "me")
    while again.state.progress is None:
        time.sleep(0.001)
    jobs.stop(question.task, "me")
    second = again.wait(10).result

    # A run from the start would be back at its first steps, with an earlier clock.
    assert second.history.last("iteration") > first.history.last("iteration")
    rows = [n for n in first.history.names if n not in ("snr", "psnr", "ssim")]
    for name in rows:
        row = first.history.names.index(name)
        np.testing.assert_array_equal(second.history[name][: kept.shape[1]], kept[row])
