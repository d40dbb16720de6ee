"""Every method on scans of one ray, one view or one detector, and on nothing at all."""

import warnings
from contextlib import suppress

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.support.reconstruction import reconstruct
from core.methods.support.splitting import sharpening_gain
from core.methods.transmission import Transmission
from core.parameters import parameters_of
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.projection.projector import make_projector

SIZE = 64
FAN = {"source_origin": 100.0, "origin_detector": 50.0}
BEAMS = {
    "one ray": ParallelBeam(views=EvenViews(angles=1), detectors=1),
    "one thin oblique ray": ParallelBeam(
        views=EvenViews(angles=1, start=45), detectors=1, detector_width=0.1
    ),
    "one view": ParallelBeam(views=EvenViews(angles=1), detectors=40),
    "one detector": ParallelBeam(views=EvenViews(angles=7), detectors=1),
    "two views of two detectors": ParallelBeam(views=EvenViews(angles=2), detectors=2),
    "one ray of a fan": FanBeam(views=EvenViews(angles=1, arc=360.0), detectors=1, **FAN),
    "one view of a fan": FanBeam(views=EvenViews(angles=1, arc=360.0), detectors=60, **FAN),
    "one detector of a fan": FanBeam(views=EvenViews(angles=9, arc=360.0), detectors=1, **FAN),
}
VARIANTS = {
    "fast": {"fast": True},
    "sharpened": {"sharpen": True},
    "one at a time": {"batch": 1},
    "by gradients": {"solver": "proximal_gradient"},
}


def truth():
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    return (x**2 + 2 * y**2 < 0.7).astype(np.float32)


def simulated(operator, data, truth):
    return SimulatedMeasurement(operator=operator, data=data, clean=data, truth=truth)


def methods():
    """Each method as it comes, and with the settings that take another way through its code."""
    for method in METHODS:
        names = {parameter.name for parameter in parameters_of(method)}
        few = {"iterations": 2, "samples": 2, "steps": 10, "sweeps": 2, "last_sweeps": 0}
        short = {name: number for name, number in few.items() if name in names}
        yield pytest.param(method(**short), id=method.name)
        for name, setting in VARIANTS.items():
            if names >= set(setting):
                yield pytest.param(method(**short, **setting), id=f"{method.name}, {name}")


@pytest.mark.parametrize("beam", BEAMS)
@pytest.mark.parametrize("method", list(methods()))
def test_it_runs_without_a_warning_or_says_why_not(method, beam):
    operator = make_projector(SIZE, BEAMS[beam])
    data = operator.project(truth())
    measurements = [
        simulated(operator, data, truth()),
        simulated(operator, 0 * data, truth()),
        simulated(operator, -data, 0 * truth()),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for measurement in measurements:
            with suppress(InputError):
                result = reconstruct(method, measurement)
                assert np.isfinite(result.image).all()
                assert result.image.shape == (SIZE, SIZE)


def test_the_sharpened_operator_has_norm_one_with_one_ray_too():
    operator = make_projector(SIZE, BEAMS["one ray"])
    gain = sharpening_gain(operator)
    row = operator.matrix().toarray()[0].astype(np.float64)
    assert gain[0] * np.linalg.norm(row) == pytest.approx(1 / np.sqrt(1.02), rel=1e-5)


def test_the_transmission_model_refuses_data_that_gain_photons():
    operator = make_projector(SIZE, BEAMS["one view"])
    data = -operator.project(truth())
    with pytest.raises(InputError, match="is too far below zero for data up to -0"):
        reconstruct(Transmission(), Measurement(operator=operator, data=data))


def test_the_norm_of_rays_that_share_no_pixel():
    # Power iteration lets all but the heaviest rays fall below the smallest number of float32.
    beam = FanBeam(views=EvenViews(angles=9, arc=360.0), detectors=60, **FAN)
    for view in range(9):
        part = make_projector(SIZE, beam, "line").angle_subset([view])
        exact = np.linalg.norm(part.matrix().toarray().astype(np.float64), 2) ** 2
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert exact <= part.norm_squared <= 1.01 * exact
