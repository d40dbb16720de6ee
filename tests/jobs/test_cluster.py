"""Jobs on a real Dask cluster: a scheduler and two workers, each a process of its own."""

import os
import signal
import time
from dataclasses import replace

import numpy as np
import pytest
from distributed import Client

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs.cluster.executor import ClusterExecutor
from core.jobs.cluster.run import ClusterRun
from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.methods.fbp import FBP
from core.methods.lsqr import LSQR
from core.methods.proximal_gradient import ProximalGradient
from core.problem.images import UploadedImage
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.problem.uploads import UploadInfo
from core.storage.store import Store
from core.studies.reconstruction import ReconstructionStudy, Sweep
from core.studies.study import OTHER_VERSION
from core.studies.sweep import ParameterSweep
from tests.helpers.resting import Resting
from tests.helpers.same_result import assert_same_result
from tests.helpers.services import Services
from tests.helpers.waiting import PATIENCE, wait_until

BEAM = ParallelBeam(views=EvenViews(angles=12), detectors=46)
SCAN = Scan(size=64, beam=BEAM, noise=GaussianNoise(level=0.02))
PIXELS = np.random.default_rng(0).random((50, 60), np.float32)
INFO = UploadInfo(title="mine.png", kind="PNG", dataset="", shape=(1, 50, 60))
OWN_SCAN = replace(SCAN, image=UploadedImage(digest="a1", info=INFO, slice=0, pixels=PIXELS))


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    services = Services(tmp_path_factory.mktemp("cluster"))
    yield services
    services.end()


@pytest.fixture(scope="module")
def address(services):
    return services.scheduler()[0]


@pytest.fixture(scope="module")
def cluster(services, address):
    """The address of a scheduler with two workers, and the processes of these."""
    workers = [services.worker(address) for _ in range(2)]
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
    return address, workers


@pytest.fixture
def executor(cluster):
    executor = ClusterExecutor(cluster[0])
    yield executor
    executor.shutdown()


@pytest.fixture
def jobs(executor, tmp_path):
    return Jobs(executor, Store(tmp_path))


def resting(iterations=1000, rest=0.01, **changes):
    method = Resting(iterations=iterations, rest=rest, **changes)
    return ReconstructionStudy(scan=SCAN, method=method)


STUDIES = {
    "direct": ReconstructionStudy(scan=SCAN, method=FBP()),
    "iterative": ReconstructionStudy(scan=SCAN, method=LSQR(iterations=20)),
    "proximal": ReconstructionStudy(scan=SCAN, method=ProximalGradient(iterations=5)),
    "upload": ReconstructionStudy(scan=OWN_SCAN, method=FBP()),
    "sweep": ParameterSweep(
        scan=SCAN, method=ProximalGradient(iterations=3), parameter="sigma", values=(0.1, 1.0, 9.0)
    ),
}


@pytest.mark.parametrize("name", STUDIES)
def test_a_result_is_the_same_as_with_threads(jobs, tmp_path, name):
    study = STUDIES[name]
    state = jobs.submit(study.task, "ada").wait(PATIENCE)
    assert state.phase == "done", state.error
    with ThreadExecutor() as threads:
        expected = Jobs(threads, Store(tmp_path / "threads")).submit(study.task, "ada")
        assert_same_result(state.result, expected.wait(PATIENCE).result)
    if study.task.uploads:  # a visitor's own image, of which nothing is stored
        time.sleep(0.2)
        assert jobs._store.get(study.key) is None
        return
    wait_until(lambda: jobs._store.get(study.key) is not None)
    assert_same_result(jobs._store.recall(study.key, study.task.decode), state.result)


def test_progress_arrives_with_image_history_and_parts(jobs):
    sweep = Sweep(questions=(resting(3, 0.0), resting()), label="Rest")
    job = jobs.submit(sweep.task, "ada")
    assert (job.state.phase, job.queue_position) == ("waiting", 0)
    wait_until(lambda: job.state.progress is not None and job.state.progress.rate > 0)
    progress = job.state.progress
    assert progress.steps == 1005
    assert progress.part == "2 of 2"
    assert progress.image.max() == np.float32(progress.history.last("value"))
    assert [part.parameters["iterations"] for part in progress.parts] == [3]
    jobs.stop(sweep.task, "ada")
    state = job.wait(PATIENCE)
    assert (state.phase, len(state.result)) == ("stopped", 1)


def test_what_was_stopped_keeps_its_result_and_goes_on_from_there(jobs):
    study = resting()
    first = jobs.submit(study.task, "ada")
    wait_until(lambda: first.state.progress is not None and first.state.progress.step > 20)
    jobs.stop(study.task, "ada")
    result = first.wait(PATIENCE).result
    assert result.stop == "stopped"
    assert len(result.snapshots) > 2
    again = jobs.submit(study.task, "ada")
    assert again is not first
    wait_until(lambda: again.state.progress is not None)
    assert again.restarts == 0
    jobs.stop(study.task, "ada")
    second = again.wait(PATIENCE).result.history
    # A run from the start would have other times in its first rows.
    before = result.history["seconds"]
    np.testing.assert_array_equal(second["seconds"][: len(before)], before)
    assert second.last("iteration") > result.history.last("iteration")


def test_a_job_that_is_taken_up_while_it_stops_goes_on(jobs):
    study = resting(iterations=200)
    first = jobs.submit(study.task, "ada")
    wait_until(lambda: first.state.progress is not None)
    jobs.stop(study.task, "ada")
    second = jobs.submit(study.task, "ada")
    assert first.wait(PATIENCE).phase == "stopped"
    state = second.wait(PATIENCE)
    assert (state.phase, state.result.stop) == ("done", "finished")


def test_two_page_servers_share_one_computation_and_one_may_leave(cluster, jobs, tmp_path):
    other_server = ClusterExecutor(cluster[0])
    others = Jobs(other_server, Store(tmp_path / "other"))
    study = resting(iterations=300)
    here, there = (both.submit(study.task, "ada") for both in (jobs, others))
    wait_until(lambda: here.state.progress is not None and there.state.progress is not None)
    jobs.stop(study.task, "ada")
    assert here.wait(PATIENCE).phase == "stopped"
    assert there.state.phase == "running"
    joined = jobs.submit(study.task, "bob")
    results = [job.wait(PATIENCE).result for job in (joined, there)]
    assert [result.stop for result in results] == ["finished", "finished"]
    assert results[0].seconds == results[1].seconds  # measured once
    other_server.shutdown()


def test_a_page_server_that_died_leaves_nothing_running(cluster, jobs):
    study = resting(iterations=100_000)
    ghost = ClusterExecutor(cluster[0])
    job = Jobs(ghost, Store(None)).submit(study.task, "ada")
    wait_until(lambda: job.state.progress is not None)
    ghost._client.close()
    with Client(cluster[0], set_as_default=False) as client:
        wait_until(lambda: not any(client.processing().values()))
        wait_until(lambda: not any(client.run(running_now).values()))
    ghost.shutdown()


def running_now(dask_worker):
    return len(dask_worker.state.executing)


def test_errors_come_back_as_sentences(jobs, caplog):
    state = jobs.submit(resting(trouble="input").task, "ada").wait(PATIENCE)
    assert (state.phase, state.error) == ("failed", "Angles must be from 1 to 720, not 0.")
    state = jobs.submit(resting(trouble="program").task, "ada").wait(PATIENCE)
    assert state.phase == "failed"
    assert "ZeroDivisionError" in state.error
    assert "secret" not in state.error
    assert "secret detail" in caplog.text


def test_a_job_that_cannot_be_looked_at_fails_and_no_other(jobs, monkeypatch):
    bad, good = resting(iterations=101), resting(iterations=100)
    pass_on = ClusterRun._pass_on

    def fail(run, noticed):
        if run.key.endswith(bad.key):
            raise LookupError("a notice from nowhere")
        return pass_on(run, noticed)

    monkeypatch.setattr(ClusterRun, "_pass_on", fail)
    broken, sound = (jobs.submit(study.task, "ada") for study in (bad, good))
    assert "LookupError" in broken.wait(PATIENCE).error
    assert sound.wait(PATIENCE).phase == "done"


def test_other_code_on_the_workers_is_refused_with_a_sentence(jobs, monkeypatch):
    monkeypatch.setattr("core.studies.study.version_of", lambda *study: "of tomorrow")
    state = jobs.submit(ReconstructionStudy(scan=SCAN, method=FBP()).task, "ada").wait(PATIENCE)
    assert (state.phase, state.error) == ("failed", OTHER_VERSION)


def test_the_cluster_is_well(executor):
    assert executor.trouble() == ""
    assert executor.workers == 2


def test_a_worker_that_is_killed_is_survived(cluster, jobs):
    study = resting(iterations=150)
    job = jobs.submit(study.task, "ada")
    wait_until(lambda: job.state.progress is not None)
    with Client(cluster[0], set_as_default=False) as client:
        (busy,) = [worker for worker, keys in client.processing().items() if keys]
        (pid,) = client.run(os.getpid, workers=[busy]).values()
    assert pid in [worker.pid for worker in cluster[1]]
    os.kill(pid, signal.SIGKILL)
    state = job.wait(PATIENCE)
    assert (state.phase, state.result.stop, job.restarts) == ("done", "finished", 1)
    assert_same_result(state.result, study.compute(lambda *_, **__: False))
