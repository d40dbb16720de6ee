"""Studies as data: what a worker of a cluster gets, and what it sends back."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.geometry.views.golden import GoldenViews
from core.geometry.views.listed import ListedViews
from core.methods import METHODS
from core.methods.fbp import FBP
from core.methods.lsqr import LSQR
from core.problem.images import Lesion, RandomEllipses, StoredImage, UploadedImage, WithLesion
from core.problem.noise import PoissonNoise
from core.problem.scan import Scan
from core.problem.uploads import UploadInfo
from core.storage.record import Record
from core.storage.store import Store, the_store
from core.studies.codec import encode
from core.studies.comparison import Comparison
from core.studies.descents import Descent
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.null_space_study import UnseenParts
from core.studies.reconstruction import ReconstructionStudy, Sweep
from core.studies.study import OTHER_VERSION
from core.studies.training_run import TrainingRun

SMALL = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=8), detectors=46))
PIXELS = np.random.default_rng(0).random((30, 40), np.float32)
INFO = UploadInfo(title="my.png", kind="PNG", dataset="", shape=(1, 30, 40))
SCANS = {
    "stored": Scan(),
    "lesion": replace(SMALL, image=WithLesion(image=StoredImage(), lesion=Lesion())),
    "phantom": replace(SMALL, image=RandomEllipses(seed=3), noise=PoissonNoise()),
    "upload": replace(SMALL, image=UploadedImage(digest="a", info=INFO, slice=0, pixels=PIXELS)),
    "fan": Scan(beam=FanBeam(views=GoldenViews())),
    "listed": replace(SMALL, beam=ParallelBeam(views=ListedViews(angle_list=(0.0, 7.0, 90.0)))),
}


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_travels(name):
    study = ReconstructionStudy(scan=SCANS[name], method=FBP())
    if isinstance(study.scan, Scan):
        data = study.scan.simulate().data  # what it remembers now must not travel
    packed = pickle.dumps(study)
    assert len(packed) < 2000 + 10 * PIXELS.nbytes
    again = pickle.loads(packed)
    assert again == study
    assert ReconstructionStudy(scan=again.scan, method=again.method).key == study.key
    if isinstance(study.scan, Scan):
        np.testing.assert_array_equal(again.scan.simulate().data, data)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_travels(method):
    study = ReconstructionStudy(scan=SMALL, method=method())
    again = pickle.loads(pickle.dumps(study))
    assert (again, again.pack().version) == (study, study.version)


def test_a_sweep_uses_the_store_of_the_process_that_runs_it(tmp_path):
    sweep = Sweep(
        questions=(ReconstructionStudy(scan=SMALL, method=FBP()),),
        label="one",
        store=Store(tmp_path),
    )
    assert pickle.loads(pickle.dumps(sweep)).store is the_store()


CANDIDATE = EvaluatedMethod(method=LSQR(iterations=4))
STUDIES = {
    "comparison": Comparison(scans=(SMALL,), candidates=(CANDIDATE,), title="All"),
    "null space": UnseenParts(scan=SMALL, candidates=(CANDIDATE,)),
    "training": TrainingRun(image=StoredImage(), images=1, batch=1, steps=10),
    "descent": Descent(
        scan=SMALL,
        problem="linear",
        optimiser="SGD",
        weights=(0.1, 0.1, 0.1),
        step=1e-4,
        iterations=3,
    ),
}


@pytest.mark.parametrize("name", STUDIES)
def test_result_and_parts_come_back(name):
    study = STUDIES[name]
    task, packed = study.task, pickle.loads(pickle.dumps(study.pack()))
    reported = []

    def report(step, steps, *, image=None, history=None, part="", parts=()):
        content = packed.encode_parts(parts).to_bytes()
        reported.append((parts, task.decode_parts(Record.from_bytes(content))))
        return False

    result = task.decode(Record.from_bytes(packed.run(report).to_bytes()))
    assert task.complete(result)
    sent, received = reported[-1]
    assert len(sent) == len(received) > 0
    for one, other in zip(sent, received, strict=True):
        assert type(one) is type(other)
        assert encode(one).to_bytes() == encode(other).to_bytes()


@pytest.mark.parametrize("pickled", [b"", b"nonsense", pickle.dumps("no study")])
def test_what_cannot_be_read_is_other_code(pickled):
    packed = replace(STUDIES["comparison"].pack(), pickled=pickled)
    with pytest.raises(InputError, match="another version") as refused:
        packed.run(lambda *_, **__: False)
    assert str(refused.value) == OTHER_VERSION
