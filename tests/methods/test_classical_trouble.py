"""Every classical method with nothing to do, too little to see, and steps that are too long."""

from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.minibatch_gradient_descent import MinibatchGradientDescent
from core.methods.sart import SART
from core.methods.sirt import SIRT
from core.methods.support.history import Recorder
from core.methods.support.reconstruction import reconstruct
from core.problem.measurement import SimulatedMeasurement
from core.projection.projector import make_projector

CLASSICAL = [method(iterations=8) for method in METHODS if method.family == "classical"]
every_method = pytest.mark.parametrize("method", CLASSICAL, ids=lambda m: m.name)

BEAMS = {
    "one view": ParallelBeam(views=EvenViews(angles=1), detectors=40),
    "one ray": ParallelBeam(views=EvenViews(angles=1), detectors=1),
    "truncated": ParallelBeam(views=EvenViews(angles=12), detectors=10, detector_width=1.0),
    "fan": FanBeam(
        views=EvenViews(angles=12, arc=360.0),
        detectors=40,
        source_origin=128.0,
        origin_detector=64.0,
    ),
}


def measured(beam, brightness=1.0):
    operator = make_projector(64, beam)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    truth = (brightness * (x**2 + 2 * y**2 < 0.7)).astype(np.float32)
    data = operator.project(truth)
    return SimulatedMeasurement(operator=operator, data=data, clean=data, truth=truth)


@every_method
def test_zero_iterations_leave_the_empty_image(method):
    result = reconstruct(replace(method, iterations=0), measured(BEAMS["fan"]))
    assert result.stop == "finished"
    assert len(result.history) == 1
    assert not result.image.any()
    assert result.history.last("residual") == pytest.approx(1)


@every_method
def test_zero_data_give_an_empty_image(method):
    result = reconstruct(method, measured(BEAMS["fan"], brightness=0.0))
    assert result.stop in ("finished", "tolerance")
    assert not result.image.any()
    assert np.all(result.history["objective"] == 0)


@every_method
@pytest.mark.parametrize("name", BEAMS)
def test_little_is_seen_and_still_explained(method, name):
    result = reconstruct(method, measured(BEAMS[name]))
    assert result.stop in ("finished", "tolerance")
    assert np.isfinite(result.image).all()
    # A truncated scan fits its data as well as any: that the image is wrong outside is another
    # matter. Mini-batches and projected steps may rise in between, but not over the whole run.
    assert result.history.last("residual") < 0.5
    assert result.history.last("objective") < result.history["objective"][0]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (SIRT(relaxation=2.5, iterations=60), "λ = 2.5 is beyond 2"),
        (SART(relaxation=2.6, iterations=60), "λ = 2.6 is beyond 2"),
        (
            MinibatchGradientDescent(rate=2.9, batch=6, order="sequential", iterations=60),
            "2.9/L_B is beyond 2/L_B",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_too_long_steps_end_as_a_lesson(method, words):
    result = reconstruct(method, measured(ParallelBeam(views=EvenViews(angles=12), detectors=46)))
    assert result.stop == "diverged"
    assert words in result.message
    assert np.isfinite(result.image).all()


def test_a_network_that_diverges_has_no_step_to_make_smaller(monkeypatch):
    scan = measured(ParallelBeam(views=EvenViews(angles=12), detectors=46))
    assert "A smaller step size would help." in reconstruct(SIRT(relaxation=2.5), scan).message
    monkeypatch.setattr(SIRT, "staged", True)
    told = reconstruct(SIRT(relaxation=2.5), scan).message
    assert "The network was trained for other images or other scans." in told
    assert "smaller step size" not in told


def test_no_image_is_too_many_times_as_large_as_data_of_nothing():
    nothing = measured(BEAMS["fan"], brightness=0.0)
    recorder = Recorder(nothing, 2, lambda image, residual: (0.5, 0.0))
    image = np.full((64, 64), 0.1, np.float32)
    assert recorder.record(0 * image, {}, 0, 0.0) is None
    assert recorder.record(image, {}, 1, 0.0) is None


def test_a_broken_bound_is_named_even_where_the_run_ends_before_it_shows():
    method = SIRT(relaxation=2.1, iterations=2)
    result = reconstruct(method, measured(ParallelBeam(views=EvenViews(angles=12), detectors=46)))
    assert result.stop == "finished"
    assert "beyond 2" in result.message
