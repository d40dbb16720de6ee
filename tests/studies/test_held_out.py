"""Each method judged on the views that it has not seen."""

import numpy as np

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.methods.fbp import FBP
from core.methods.transmission import Transmission
from core.problem.images import SheppLogan
from core.problem.measurement import Measurement
from core.problem.scan import Scan
from core.storage.record import Record
from core.storage.store import Store
from core.studies.codec import decode, encode
from core.studies.held_out import HeldOut, HeldOutViews

SCAN = Scan(
    image=SheppLogan(),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=20), detectors=64, detector_width=1.5),
)


def below_zero(scan):
    """Data that no count of photons explains."""
    simulated = SCAN.simulate()
    return Measurement(operator=simulated.operator, data=simulated.data - np.float32(100))


def test_a_method_that_cannot_be_judged_is_stored_with_its_reason(monkeypatch, tmp_path):
    monkeypatch.setattr("core.studies.held_out.measurement_of", below_zero)
    study = HeldOutViews(scan=SCAN, methods=(Transmission(iterations=2), FBP()))
    executor = ThreadExecutor(1)
    state = Jobs(executor, Store(tmp_path)).submit(study.task, "ada").wait(60)
    refused, judged = state.result
    assert "too far below zero" in refused.reason
    assert np.isnan([refused.error, refused.seen]).all()
    assert np.isfinite([judged.error, judged.seen]).all()
    content = encode(state.result).to_bytes()  # as a worker of the cluster sends it
    back = decode(tuple[HeldOut, ...], Record.from_bytes(content))
    assert [one.reason for one in back] == [refused.reason, ""]
    assert np.isnan(back[0].error)
    executor.shutdown()
    assert Store(tmp_path).get(study.key) is not None
