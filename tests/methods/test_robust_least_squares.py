"""Robust misfits against dense solvers in float64, and against outliers."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import scipy.optimize
import scipy.special

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.robust_least_squares import RobustLeastSquares
from core.methods.support.noise_level import noise_level
from core.methods.support.reconstruction import reconstruct
from core.methods.support.regularisers import regularisers
from core.problem.imperfections.dead import DeadViews
from core.problem.noise import PoissonNoise
from core.problem.scan import Scan
from tests.helpers.dense import SIZE, dense, iterates, relative, small_problem

CONVERGED = {"iterations": 60, "inner_iterations": 40}
PROBLEM = small_problem()
OUTLIERS = PROBLEM.noisy.copy()
OUTLIERS[np.random.default_rng(1).permutation(OUTLIERS.size)[:40]] += 8.0  # 5 % of the rays
IDENTITY = RobustLeastSquares(regulariser="identity", epsilon=0.3, **CONVERGED)


def objective(method, data, image):
    sinogram = PROBLEM.sinogram(data)
    residual = PROBLEM.sinogram(PROBLEM.G @ image) - sinogram
    return sum(
        method.objective(
            PROBLEM.operator, sinogram, image.reshape(SIZE, SIZE).astype("f4"), residual
        )
    )


def solved(method, data):
    return iterates(method, PROBLEM, data)[-1]


def test_hubers_minimum_is_that_of_scipy():
    """SciPy's own Huber function, minimised by BFGS."""
    method = replace(IDENTITY, misfit="huber", threshold=1.345)
    delta = 1.345 * noise_level(PROBLEM.sinogram(OUTLIERS))

    def value(x):
        r = PROBLEM.G @ x - OUTLIERS
        slope = np.clip(r, -delta, delta)
        total = scipy.special.huber(delta, r).sum() + 0.5 * 0.3**2 * (x @ x)
        return total, PROBLEM.G.T @ slope + 0.3**2 * x

    found = scipy.optimize.minimize(
        value, np.zeros(SIZE**2), jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 2000}
    )
    image = solved(method, OUTLIERS)
    assert value(image)[0] == pytest.approx(found.fun, rel=1e-5)
    assert relative(image, found.x) < 2e-3
    assert objective(method, OUTLIERS, image) == pytest.approx(found.fun, rel=1e-4)


def test_the_l1_misfit_comes_to_the_linear_programme():
    """min ‖Gm − d‖₁ by HiGHS; a weight of 0.01 on the image hardly counts."""
    method = replace(IDENTITY, misfit="l1", epsilon=0.01, iterations=200)
    rays, pixels = PROBLEM.G.shape
    programme = scipy.optimize.linprog(
        np.r_[np.zeros(pixels), np.ones(2 * rays)],
        A_eq=np.hstack([PROBLEM.G, -np.eye(rays), np.eye(rays)]),
        b_eq=OUTLIERS,
        bounds=[(None, None)] * pixels + [(0, None)] * 2 * rays,
        method="highs-ipm",
    )
    image = solved(method, OUTLIERS)
    least = np.abs(PROBLEM.G @ image - OUTLIERS).sum()
    assert programme.fun <= least < 1.01 * programme.fun
    # The rounding below 0.05 s takes at most a fortieth of s from each ray.
    noise = noise_level(PROBLEM.sinogram(OUTLIERS))
    stated = method.data_fidelity(
        PROBLEM.operator,
        PROBLEM.sinogram(OUTLIERS),
        PROBLEM.sinogram(PROBLEM.G @ image) - PROBLEM.sinogram(OUTLIERS),
    )
    assert 0 <= noise * least - stated <= noise * rays * 0.025 * noise * 1.01


def test_photon_weights_give_the_weighted_normal_equations():
    method = RobustLeastSquares(
        misfit="squares", weights="photons", attenuation=4.0, regulariser="gradient", **CONVERGED
    )
    data = PROBLEM.noisy
    photons = np.exp(-4.0 * data / data.max())
    weights = photons / photons.mean()
    rows = dense(regularisers("gradient", (SIZE, SIZE), method.epsilon)[0])
    normal = PROBLEM.G.T @ (weights[:, None] * PROBLEM.G) + rows.T @ rows
    expected = np.linalg.solve(normal, PROBLEM.G.T @ (weights * data))
    assert relative(solved(method, data), expected) < 1e-3
    np.testing.assert_allclose(method.ray_weights(PROBLEM.data).mean(), 1, rtol=1e-5)


def test_squares_of_equal_weight_are_regularised_least_squares():
    robust = RobustLeastSquares(misfit="squares", iterations=1, inner_iterations=12)
    plain = RegularisedLeastSquares(iterations=12)
    assert relative(solved(robust, PROBLEM.noisy), solved(plain, PROBLEM.noisy)) < 1e-3


@pytest.mark.parametrize("misfit", ["huber", "l1", "squares"])
@pytest.mark.parametrize("weights", ["equal", "photons"])
def test_the_objective_never_rises(misfit, weights):
    method = RobustLeastSquares(misfit=misfit, weights=weights, inner_iterations=30)
    images = iterates(method, PROBLEM, OUTLIERS)
    values = [objective(method, OUTLIERS, image) for image in images[1:]]
    assert all(after <= before * (1 + 1e-5) for before, after in pairwise(values))


def test_rho_and_its_weights_belong_together():
    """w r is the derivative of ρ, by central differences."""
    data = PROBLEM.data
    residual = np.linspace(-3, 3, data.size).reshape(data.shape).astype(np.float32)
    h = 1e-3
    for misfit in ("huber", "l1", "squares"):
        method = RobustLeastSquares(misfit=misfit, threshold=0.5)
        slope = (method.rho(data, residual + h) - method.rho(data, residual - h)) / (2 * h)
        far = np.abs(residual) > 0.1  # where L1 is not rounded
        expected = method.reweighted(data, residual) * residual
        np.testing.assert_allclose(slope[far], expected[far], rtol=2e-2, atol=1e-3)


SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=40), detectors=64, detector_width=1.5),
)


def test_dead_views_are_outliers_that_the_robust_misfits_ignore():
    dead = replace(SCAN, imperfections=(DeadViews(views=3),))
    found = {}
    for misfit in ("squares", "huber", "l1"):
        method = RobustLeastSquares(misfit=misfit, epsilon=1.0)
        whole = reconstruct(method, SCAN.simulate()).history.last("snr")
        found[misfit] = whole, reconstruct(method, dead.simulate()).history.last("snr")
    assert found["squares"][0] - found["squares"][1] > 4
    for misfit in ("huber", "l1"):
        assert found[misfit][0] - found[misfit][1] < 2


def test_photon_weights_help_where_thick_rays_see_few_photons():
    measurement = replace(SCAN, noise=PoissonNoise(photons=300)).simulate()
    scores = [
        reconstruct(
            RobustLeastSquares(misfit="squares", weights=weights, epsilon=6.0), measurement
        ).history.last("snr")
        for weights in ("equal", "photons")
    ]
    assert scores[1] > scores[0] + 0.3
