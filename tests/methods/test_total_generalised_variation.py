import numpy as np
import pylops
import pytest
from scipy.optimize import minimize

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.admm import ADMM
from core.methods.douglas_rachford import DouglasRachford
from core.methods.linearised_admm import LinearisedADMM
from core.methods.pdhg import PDHG
from core.methods.priors import InnerLoop
from core.methods.priors.total_generalised_variation import (
    BETA,
    SlopeDifferences,
    SlopeLengths,
    TotalGeneralisedVariation,
)
from core.methods.priors.total_variation import TV
from core.methods.support.reconstruction import reconstruct
from core.problem.measurement import SimulatedMeasurement
from core.projection.projector import make_projector

LONG = InnerLoop(iterations=20_000, rule="fixed")


def coordinates(size):
    return np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]


def pylops_operator(size):
    """K from PyLops' derivatives, the differences across the border masked."""

    def difference(axis, kind):
        derivative = pylops.FirstDerivative((size, size), axis=axis, kind=kind, edge=False)
        return derivative.todense()

    inside = np.ones((2, size, size))
    inside[0, -1] = inside[1, :, -1] = 0
    down, right = (np.diag(mask.ravel()) for mask in inside)
    zero = np.zeros((size**2, size**2))
    mixed = down @ difference(1, "backward"), right @ difference(0, "backward")
    return np.block(
        [
            [difference(0, "forward"), -down, zero],
            [difference(1, "forward"), zero, -right],
            [zero, down @ difference(0, "backward"), zero],
            [zero, zero, right @ difference(1, "backward")],
            [zero, np.sqrt(0.5) * mixed[0], np.sqrt(0.5) * mixed[1]],
        ]
    )


@pytest.mark.parametrize("size", [2, 3, 9])
def test_the_operator_is_that_of_pylops(size):
    ours, theirs = SlopeDifferences(size), pylops_operator(size)
    random = np.random.default_rng(0)
    x, y = random.standard_normal(3 * size**2), random.standard_normal(5 * size**2)
    np.testing.assert_allclose(ours.matvec(x), theirs @ x, atol=1e-12)
    np.testing.assert_allclose(ours.rmatvec(y), theirs.T @ y, atol=1e-12)
    single = ours.matvec(x.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, theirs @ x, atol=1e-5)


def dual_prox(v, gamma):
    """The prox from its dual in q alone, by SciPy's SLSQP on dense matrices.

    max_q ⟨p, ∇v⟩ − γ/2 ‖∇ᵀp‖² with p = Eᵀq, |p| ≤ 1 and |q| ≤ β; the prox is v − γ∇ᵀp.
    """
    size = round(v.size**0.5)
    K, pixels = pylops_operator(size), v.size
    gradient, strain = K[: 2 * pixels, :pixels], K[2 * pixels :, pixels:]
    back = gradient.T @ strain.T

    def minus_dual(q):
        w = v - gamma * back @ q
        return 0.5 * w @ w, -gamma * back.T @ w

    def slack(q):
        p = (strain.T @ q).reshape(2, -1)
        return np.concatenate([1 - (p**2).sum(0), BETA**2 - (q.reshape(3, -1) ** 2).sum(0)])

    def slack_slope(q):
        p = (strain.T @ q).reshape(2, -1)
        rows = strain.T.reshape(2, pixels, -1)
        first = -2 * (p[:, :, None] * rows).sum(0)
        second = np.hstack([np.diag(-2 * part) for part in q.reshape(3, -1)])
        return np.vstack([first, second])

    found = minimize(
        minus_dual,
        np.zeros(3 * pixels),
        jac=True,
        constraints={"type": "ineq", "fun": slack, "jac": slack_slope},
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-14},
    )
    assert found.success
    return v - gamma * back @ found.x


@pytest.mark.parametrize("gamma", [0.02, 0.3])
def test_the_prox_against_a_dense_solver_of_the_dual(gamma):
    y, x = coordinates(6)
    random = np.random.default_rng(0)
    v = (0.6 * x + (y > 0.2) + 0.2 * random.standard_normal(x.shape)).ravel()
    made = TotalGeneralisedVariation(6, gamma, LONG)
    found, expected = made.prox(v, 1.0), dual_prox(v, gamma)
    np.testing.assert_allclose(found, expected, atol=2e-4)
    assert np.abs(found - v).max() > 0.01
    # It is none of total variation.
    total = TV(6, gamma, InnerLoop(iterations=4000, warm=True, gap=0.0)).prox(v, 1.0)
    assert np.abs(found - total).max() > 5e-3


def test_affine_images_cost_nothing_and_stay_as_they_are():
    y, x = coordinates(16)
    affine = (0.4 + 0.3 * x - 0.2 * y).ravel()
    made = TotalGeneralisedVariation(16, 0.1, LONG)
    assert made(affine) < 1e-8 * TV(16, 0.1)(affine)
    np.testing.assert_allclose(made.prox(affine, 1.0), affine, atol=1e-6)
    flat = np.full(256, 0.7, np.float32)
    assert TotalGeneralisedVariation(16, 0.1)(flat) == 0
    np.testing.assert_array_equal(TotalGeneralisedVariation(16, 0.1).prox(flat, 1.0), flat)
    # Where the affine parts meet in a fold it costs, but less than total variation.
    fold = np.abs(x).ravel()
    assert 0.01 < made(fold) / TV(16, 0.1)(fold) < 0.5


@pytest.mark.parametrize("inner", [InnerLoop(), LONG], ids=["short", "long"])
def test_it_is_never_more_than_total_variation(inner):
    y, x = coordinates(16)
    for seed in range(3):
        image = (
            np.sin(3 * x) + (y > x) + 0.5 * np.random.default_rng(seed).random(x.shape)
        ).ravel()
        value = TotalGeneralisedVariation(16, 0.7, inner)(image)
        assert 0 < value <= (1 + 1e-9) * TV(16, 0.7)(image)
        doubled = TotalGeneralisedVariation(16, 0.7, inner)(2 * image)
        assert doubled == pytest.approx(2 * value, rel=1e-9)


def test_the_gap_shrinks_and_bounds_what_is_missing():
    y, x = coordinates(24)
    v = (np.sin(3 * x) + (y > x) + 0.3 * np.random.default_rng(0).standard_normal(x.shape)).ravel()

    def objective(image):
        value = TotalGeneralisedVariation(24, 0.3, LONG)(image)
        return 0.5 * np.sum((image - v) ** 2) + value

    best = objective(TotalGeneralisedVariation(24, 0.3, LONG).prox(v, 1.0))
    gaps = []
    for iterations in (10, 100, 1000):
        made = TotalGeneralisedVariation(24, 0.3, InnerLoop(iterations=iterations, rule="fixed"))
        excess = objective(made.prox(v, 1.0)) / best - 1
        report = made.report()
        assert report["inner_iterations"] == iterations
        assert excess <= report["inner_gap"] + 1e-5
        gaps.append(report["inner_gap"])
    assert gaps[0] > 3 * gaps[1] > 30 * gaps[2]
    # The next prox goes on from there, and a warm loop ends by the gap.
    made.prox(v, 1.0)
    assert made.report()["inner_gap"] < 0.7 * gaps[2]
    warm = TotalGeneralisedVariation(24, 0.3, InnerLoop(iterations=5000, warm=True, gap=1e-3))
    warm.prox(v, 1.0)
    first = warm.report()
    assert first["inner_gap"] <= 1e-3
    warm.prox(v + 1e-4, 1.0)
    assert warm.report()["inner_iterations"] < 0.3 * first["inner_iterations"]
    rule = TotalGeneralisedVariation(24, 0.3, InnerLoop(iterations=5000))
    rule.prox(v, 1.0)
    assert rule.report()["inner_iterations"] < 1000


def test_slopes_do_not_become_stairs():
    y, x = coordinates(48)
    truth = (0.8 * x * (np.abs(y) < 0.6)).ravel()
    noisy = truth + 0.05 * np.random.default_rng(0).standard_normal(truth.shape)

    def best(prior):
        images = [
            prior(48, weight, InnerLoop(iterations=400, rule="fixed")).prox(noisy, 1.0)
            for weight in np.geomspace(0.02, 0.3, 7)
        ]
        return min(images, key=lambda image: np.linalg.norm(image - truth))

    def flat_share(image):
        rows = image.reshape(48, 48)[14:34]
        return np.mean(np.abs(np.diff(rows, axis=1)) < 0.1 * 0.8 * 2 / 47)

    with_slopes, without = best(TotalGeneralisedVariation), best(TV)
    assert np.linalg.norm(with_slopes - truth) < 0.8 * np.linalg.norm(without - truth)
    assert flat_share(with_slopes) < 0.3 * flat_share(without)


@pytest.mark.parametrize("tau", [0.2, 5.0])
def test_the_lengths_of_its_split(tau):
    h = SlopeLengths(0.3)
    z = np.random.default_rng(0).standard_normal(5 * 40)
    nearest = h.prox(z, tau)
    slope = (z - nearest) / tau
    for other in np.random.default_rng(1).standard_normal((40, z.size)):
        assert h(other) >= h(nearest) + slope @ (other - nearest) - 1e-12
    np.testing.assert_allclose(nearest + tau * h.proxdual(z / tau, 1 / tau), z, atol=1e-12)
    assert h.stretched(0.25)(z) == pytest.approx(h(z / 0.25))


@pytest.fixture(scope="module")
def measurement():
    operator = make_projector(32, ParallelBeam(views=EvenViews(angles=12), detectors=24))
    y, x = coordinates(32)
    truth = ((x**2 + y**2 < 0.7) * (1 + 0.5 * x)).astype(np.float32)
    clean = operator.project(truth)
    noise = 0.02 * clean.mean() * np.random.default_rng(0).standard_normal(clean.shape)
    return SimulatedMeasurement(
        operator=operator, data=(clean + noise).astype(np.float32), clean=clean, truth=truth
    )


def test_all_solvers_meet_at_one_objective(measurement):
    setting = {"prior": "tgv", "sigma": 0.3}
    values = {}
    for method in (
        ADMM(**setting, iterations=400, tau=0.1),
        ADMM(**setting, iterations=150, inner_iterations=200, fast=True),
        LinearisedADMM(**setting, iterations=5000, tau=0.1),
        PDHG(**setting, iterations=3000, ratio=0.1),
        PDHG(**setting, iterations=3000, fast=True),
        DouglasRachford(**setting, iterations=150, inner_iterations=200),
    ):
        *_, step = method.iterate(measurement.operator, measurement.data)
        residual = measurement.operator.project(step.image) - measurement.data
        value = TotalGeneralisedVariation(32, 0.3, LONG)(step.image.astype(float).ravel())
        name = f"{method.name} {getattr(method, 'fast', '')}"
        values[name] = 0.5 * np.sum(residual.astype(float) ** 2) + value
    best = min(values.values())
    assert {name: v / best - 1 for name, v in values.items() if v > best * (1 + 5e-4)} == {}


def test_the_value_of_the_history_is_close_to_the_true_one(measurement):
    made = PDHG(prior="tgv", sigma=0.3, iterations=300)
    result = reconstruct(made, measurement)
    true = TotalGeneralisedVariation(32, 0.3, LONG)(result.image.astype(float).ravel())
    assert true <= result.history.last("regulariser") < 1.02 * true
