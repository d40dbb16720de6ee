"""Total variation against a dense solver, PyProximal, and images whose value is known."""

import numpy as np
import pylops
import pyproximal
import pytest
from pyproximal.utils.moreau import moreau
from scipy.optimize import minimize

from core.methods.priors import InnerLoop
from core.methods.priors.differences import Differences
from core.methods.priors.dual_loop import potential_field
from core.methods.priors.field_length import FieldLength
from core.methods.priors.total_variation import (
    TV,
    AnisotropicTV,
    HuberTV,
    NonnegativeTV,
)
from tests.helpers.prior_images import CONVERGED, SIZE, noise, within

TVS = (TV, AnisotropicTV, NonnegativeTV, HuberTV)


def dual_prox(matrix, v, gamma, prior):
    """The prox from its dual, by SciPy's SLSQP on dense matrices."""
    half = matrix.shape[0] // 2

    def image_of(p):
        return within(prior, v - gamma * matrix.T @ p)

    def minus_dual(p):
        w = v - gamma * matrix.T @ p
        x = within(prior, w)
        value = 0.5 * np.sum(w**2) - 0.5 * np.sum((w - x) ** 2)
        value += 0.5 * gamma * prior.corner * np.sum(p**2)
        return value, -gamma * matrix @ x + gamma * prior.corner * p

    def slack(p):
        return 1 - p[:half] ** 2 - p[half:] ** 2

    def slack_slope(p):
        return np.hstack([np.diag(-2 * p[:half]), np.diag(-2 * p[half:])])

    constraint = {"type": "ineq", "fun": slack, "jac": slack_slope}
    if prior.anisotropic:
        constraint = ()
    found = minimize(
        minus_dual,
        np.zeros(2 * half),
        jac=True,
        bounds=[(-1, 1)] * (2 * half),
        constraints=constraint,
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    assert found.success
    return image_of(found.x)


@pytest.mark.parametrize("prior", TVS, ids=lambda prior: prior.name)
@pytest.mark.parametrize("gamma", [0.02, 0.3])
def test_total_variation_against_a_dense_solver(prior, gamma):
    v = 1.5 * noise(6) - 0.5
    matrix = Differences(6).todense().astype(float)
    expected = dual_prox(matrix, v, gamma, prior)
    found = prior(6, gamma, InnerLoop(iterations=20000, warm=True, gap=0.0)).prox(v, 1.0)
    # The gap of 1e-6 bounds ½‖found − expected‖².
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert np.abs(found - v).max() > 0.01


@pytest.mark.parametrize(("sigma", "tau"), [(0.01, 1.6e-4), (0.1, 1.0), (1.0, 1.0)])
@pytest.mark.parametrize(("rule", "rtol"), [("pyproximal", 1e-4), ("fixed", 0.0)])
def test_the_lectures_total_variation_is_pyproximals(sigma, tau, rule, rtol):
    v = noise()
    theirs = pyproximal.TV((SIZE, SIZE), sigma=sigma, niter=20, rtol=rtol)
    ours = TV(SIZE, sigma, InnerLoop(iterations=20, rule=rule))
    np.testing.assert_allclose(ours.prox(v, tau), theirs.prox(v, tau), atol=1e-12)
    assert ours(v) == pytest.approx(theirs(v), rel=1e-12)


def test_the_gap_tells_how_far_the_inner_loop_is():
    v, sigma = noise(), 0.3

    def objective(image):
        return 0.5 * np.sum((image - v) ** 2) + TV(SIZE, sigma)(image)

    best = objective(TV(SIZE, sigma, CONVERGED).prox(v, 1.0))
    gaps = []
    for iterations in (2, 20, 200):
        prior = TV(SIZE, sigma, InnerLoop(iterations=iterations, rule="fixed"))
        image = prior.prox(v, 1.0)
        report = prior.report()
        assert report["inner_iterations"] == iterations
        excess = (objective(image) - best) / objective(image)
        assert excess <= report["inner_gap"] + 1e-6
        gaps.append(report["inner_gap"])
    assert gaps[0] > 10 * gaps[1] > 100 * gaps[2]


def test_a_warm_start_saves_inner_iterations():
    v = noise()
    prior = TV(SIZE, 0.3, InnerLoop(iterations=4000, warm=True, gap=1e-6))
    prior.prox(v, 1.0)
    cold = prior.report()["inner_iterations"]
    prior.prox(v + 1e-4, 1.0)
    assert prior.report()["inner_iterations"] < 0.2 * cold


def test_total_variation_of_known_images():
    square = np.zeros((20, 20))
    square[5:12, 4:11] = 2.0  # 7 × 7, of height 2
    # Two of its 28 boundary differences meet at one pixel, and count √2 together.
    assert TV(20, 0.5)(square) == pytest.approx(0.5 * 2 * (26 + np.sqrt(2)))
    assert AnisotropicTV(20, 0.5)(square) == pytest.approx(0.5 * 2 * 28)
    ramp = np.outer(np.ones(20), 0.01 * np.arange(20))
    assert TV(20, 1.0)(ramp) == pytest.approx(0.01 * 19 * 20)
    corner = HuberTV.corner
    assert HuberTV(20, 1.0)(ramp) == pytest.approx(0.01**2 / (2 * corner) * 19 * 20)
    assert HuberTV(20, 1.0)(100 * ramp) == pytest.approx((1.0 - corner / 2) * 19 * 20)
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    disc = (x**2 + y**2 < 0.5).astype(float)
    # A digital edge costs its length in no norm exactly; between its extremes for any angle.
    length = 2 * np.pi * np.sqrt(0.5) * 199 / 2
    assert length < TV(200, 1.0)(disc) < 1.2 * length


def test_a_huge_weight_leaves_the_mean():
    v = noise()
    for prior in (TV, AnisotropicTV, NonnegativeTV):
        np.testing.assert_array_equal(prior(SIZE, 1e4, CONVERGED).prox(v, 1.0), v.mean())
    assert not NonnegativeTV(SIZE, 1e4, CONVERGED).prox(v - 9, 1.0).any()
    # Just before it is so there is something left; the loop finds the same as the proof.
    edge = v.max() * np.add.outer(np.arange(SIZE) < SIZE // 2, np.zeros(SIZE)).ravel()
    flat = SIZE / 4 * v.max()
    for weight in (0.98 * flat, 1.02 * flat):
        found = TV(SIZE, weight, InnerLoop(iterations=20000, warm=True, gap=0.0)).prox(edge, 1.0)
        assert (np.ptp(found) < 1e-9) == (weight > flat)


def test_a_field_for_a_source():
    source = noise().reshape(SIZE, SIZE)
    source -= source.mean()
    field = potential_field(source)
    np.testing.assert_allclose(Differences(SIZE).rmatvec(field.ravel()), source.ravel(), atol=1e-12)


def test_differences_are_pylops_gradient():
    ours = Differences(17)
    theirs = pylops.Gradient((17, 17), kind="forward", edge=False, dtype="float64")
    random = np.random.default_rng(0)
    image, field = random.standard_normal(17**2), random.standard_normal(2 * 17**2)
    np.testing.assert_allclose(ours.matvec(image), theirs @ image, atol=1e-14)
    np.testing.assert_allclose(ours.rmatvec(field), theirs.H @ field, atol=1e-14)


@pytest.mark.parametrize("anisotropic", [False, True])
def test_lengths_of_a_field_are_pyproximals(anisotropic):
    ours = FieldLength(0.3, anisotropic=anisotropic)
    theirs = pyproximal.L1(sigma=0.3) if anisotropic else pyproximal.L21(ndim=2, sigma=0.3)
    field = np.random.default_rng(0).standard_normal(200)
    field[:3] = field[100:103] = 0
    assert ours(field) == pytest.approx(theirs(field))
    for tau in (0.2, 5.0):
        np.testing.assert_allclose(ours.prox(field, tau), theirs.prox(field, tau), atol=1e-14)
        np.testing.assert_allclose(
            ours.proxdual(field, tau), theirs.proxdual(field, tau), atol=1e-14
        )


def test_the_rounded_length_and_its_stretching():
    plain = FieldLength(0.3, corner=0.5)
    field = np.random.default_rng(0).standard_normal(200)
    stretched = plain.stretched(0.25)
    assert stretched(field) == pytest.approx(plain(field / 0.25))
    for function in (plain, stretched):
        assert moreau(function, field, 0.7, tol=1e-12)
        nearest = function.prox(field, 0.7)
        slope = (field - nearest) / 0.7
        for other in np.random.default_rng(1).standard_normal((20, 200)):
            assert function(other) >= function(nearest) + slope @ (other - nearest) - 1e-12
