"""A cluster that has no workers yet, and one of which the scheduler is lost."""

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs.cluster.executor import ClusterExecutor
from core.jobs.queue import Jobs
from core.methods.fbp import FBP
from core.problem.scan import Scan
from core.storage.store import Store
from core.studies.reconstruction import ReconstructionStudy
from tests.helpers.services import Services
from tests.helpers.waiting import PATIENCE, wait_until

SCAN = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=12), detectors=46))


def test_without_workers_jobs_wait_and_without_a_scheduler_they_run_in_threads(tmp_path, caplog):
    task = ReconstructionStudy(scan=SCAN, method=FBP()).task
    services = Services(tmp_path)
    try:
        address, scheduler = services.scheduler()
        executor = ClusterExecutor(address)
        assert "has no workers" in executor.trouble()
        jobs = Jobs(executor, Store(None))
        job = jobs.submit(task, "ada")
        assert job.wait(0.3).phase == "waiting"
        scheduler.kill()
        assert "connection to the cluster was lost" in job.wait(PATIENCE).error
        wait_until(lambda: "No Dask scheduler answers" in executor.trouble())
        assert jobs.submit(task, "ada").wait(PATIENCE).phase == "done"
    finally:
        services.end()
