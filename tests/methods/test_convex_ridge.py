"""The convex ridge regulariser inside a reconstruction, against SciPy's minimiser."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.convex_ridge import ConvexRidgeMethod
from core.methods.support.reconstruction import reconstruct
from core.methods.support.ridge import trained_ridge
from core.problem.images import SheppLogan
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan

SCAN = Scan(
    image=SheppLogan(),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=16), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.02),
)
METHOD = ConvexRidgeMethod(sigma=20.0, iterations=150)


@pytest.fixture(scope="module")
def measurement():
    return SCAN.simulate()


@pytest.fixture(scope="module")
def result(measurement):
    return reconstruct(METHOD, measurement)


def test_the_objective_never_rises(result):
    total = result.history["objective"]
    assert (np.diff(total) <= 1e-5 * total[0]).all()
    assert total[-1] < 0.2 * total[0]


def test_it_ends_where_another_minimiser_does(measurement, result):
    operator, ridge = measurement.operator, trained_ridge()

    def height(flat):
        image = flat.astype(np.float32).reshape(64, 64)
        residual = operator.project(image) - measurement.data
        gradient = operator.back_project(residual) + METHOD.sigma * ridge.gradient(image)
        value = 0.5 * float(np.vdot(residual, residual)) + METHOD.sigma * ridge.value(image)
        return value, gradient.ravel().astype(float)

    found = minimize(
        height, np.zeros(64 * 64), jac=True, method="L-BFGS-B", bounds=[(0, None)] * 4096,
        options={"maxiter": 400, "maxfun": 600},
    )  # fmt: skip
    ours = height(result.image.ravel())[0]
    assert ours == pytest.approx(found.fun, rel=2e-3)
    distance = np.linalg.norm(result.image.ravel() - found.x) / np.linalg.norm(found.x)
    assert distance < 0.03


def test_more_of_it_is_smoother(measurement):
    ridge = trained_ridge()
    values = [
        ridge.value(reconstruct(replace(METHOD, sigma=sigma, iterations=15), measurement).image)
        for sigma in (0.0, 1000.0)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 1.5 * values[-1]
