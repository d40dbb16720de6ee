"""A run on a volume: what stands beside the player's frame, and how its end is told."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.ui.figures.frame_store import shelf
from tests.helpers.payload_reader import unpack


def page(stop, message):
    import numpy as np

    from core.geometry.volume_beams import ConeBeam
    from core.jobs.job import JobState
    from core.methods.cgls import CGLS
    from core.methods.support.history import History, Snapshot
    from core.methods.support.reconstruction import Reconstruction
    from core.problem.metrics import snr
    from core.problem.volume_scan import VolumeScan
    from core.problem.volumes.shepp_logan import SheppLoganVolume
    from core.ui.volumes.common import simulated
    from core.ui.volumes.crosshair import view_controls
    from core.ui.volumes.reconstruct import _show

    beam = ConeBeam.sized(12).with_angles(4)
    scan = VolumeScan(image=SheppLoganVolume(), size=12, beam=beam)
    truth = simulated(scan).truth
    images = [(share * truth).astype(np.float32) for share in (0.5, 0.9, 0.0)]
    table = np.array([[0.0, 1.0, 2.0], [snr(image, truth) for image in images]])
    shots = tuple(Snapshot(iteration=n, image=image) for n, image in enumerate(images))
    result = Reconstruction(
        method="cgls",
        parameters={},
        image=images[-1],
        history=History(names=("iteration", "snr"), table=table),
        snapshots=shots,
        stop=stop,
        message=message,
        seconds=1.0,
    )
    state = JobState(phase="done", result=result)
    _show(scan, simulated(scan), None, CGLS(), view_controls(truth.shape), state)


def shown(stop="finished", message="All 2 iterations done."):
    app = AppTest.from_function(page, default_timeout=60, args=(stop, message)).run()
    assert not app.exception
    return app


def test_captions_and_errors_follow_the_player():
    app = shown()
    payloads = [element.proto.bytes for element in app.get("bidi_component")]
    headers = [unpack(payload) for payload in payloads if payload]
    (figure,) = [header for header in headers if header.get("kind") == "panels"]
    pictures, errors = figure["panels"][:3], figure["panels"][3:]
    # Half of the truth is missing, then a tenth, then all of it.
    assert pictures[0]["caption"] == ["SNR 6.02 dB", "SNR 20.00 dB", "SNR 0.00 dB"]
    assert len(errors) == 3
    for picture, error in zip(pictures, errors, strict=True):
        assert error["image"] == picture["image"]
        half = np.fromfile(shelf().folder / error["image"][0], np.float32)
        np.testing.assert_allclose(half, error["minus"].ravel() / 2, atol=1e-6)
    assert any("the last iterate" in caption.value for caption in app.caption)


@pytest.mark.parametrize(
    ("stop", "message", "warned"),
    [("finished", "All 2 iterations done.", False), ("diverged", "Diverged: it grows.", True)],
)
def test_a_run_that_diverged_is_a_warning(stop, message, warned):
    app = shown(stop, message)
    assert [message in warning.value for warning in app.warning] == [True] * warned
    assert any(message in info.value for info in app.info) is not warned
