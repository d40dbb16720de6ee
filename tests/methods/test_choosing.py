"""The rules for choosing a parameter, on a dense problem with an exact solution for each value."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.optimize

from core.methods.lsqr import LSQR
from core.methods.support.parameter_selection import (
    NoiseNorm,
    SweepCurve,
    choices,
    discrepancy,
    freedom_of,
    gcv,
    l_curve,
    l_curve_curvature,
    oracle,
    probe,
)
from tests.helpers.dense import SIZE, relative, small_problem

VALUES = np.geomspace(0.03, 30, 31)


@cache
def tikhonov():
    """Damped least squares in closed form: what it leaves, costs, spends, and how good it is."""
    problem = small_problem()
    U, s, Vt = np.linalg.svd(problem.G, full_matrices=False)
    b = U.T @ problem.noisy
    outside = problem.noisy @ problem.noisy - b @ b

    def at(epsilon):
        passed = s**2 / (s**2 + epsilon**2)
        image = Vt.T @ (passed / s * b)
        return SimpleNamespace(
            image=image,
            residual=np.sqrt(outside + np.sum(((1 - passed) * b) ** 2)),
            penalty=np.linalg.norm(image),
            freedom=passed.sum(),
            snr=-20 * np.log10(relative(image, problem.image)),
        )

    return problem, at


def curve_of(values=VALUES):
    problem, at = tikhonov()
    rows = [at(value) for value in values]
    return SweepCurve(
        values=np.asarray(values),
        residual_norm=np.array([r.residual for r in rows]),
        penalty=np.array([r.penalty for r in rows]),
        freedom=np.array([r.freedom for r in rows]),
        snr=np.array([r.snr for r in rows]),
        rays=problem.noisy.size,
    )


def steps_apart(index, value):
    """How many steps of the grid lie between a choice and a value."""
    return abs(np.log(VALUES[index] / value)) / np.log(VALUES[1] / VALUES[0])


def test_discrepancy_finds_where_the_residual_is_the_noise():
    problem, at = tikhonov()
    noise = float(np.linalg.norm(problem.noisy - problem.clean))
    exact = scipy.optimize.brentq(lambda e: at(e).residual - noise, 1e-3, 1e3)
    chosen = discrepancy(curve_of(), NoiseNorm(value=noise, known=True))
    assert VALUES[chosen.index] <= exact
    assert steps_apart(chosen.index, exact) <= 1
    assert "known" in chosen.message


def test_discrepancy_says_when_nothing_fits_and_when_all_does():
    nothing = discrepancy(curve_of(), NoiseNorm(value=0.0, known=False))
    assert nothing.index is None
    assert "estimated noise" in nothing.message
    everything = discrepancy(curve_of(), NoiseNorm(value=1e9, known=True))
    assert everything.index == len(VALUES) - 1
    assert "try stronger" in everything.message


def test_gcv_has_the_minimum_of_the_dense_formula():
    problem = small_problem()
    G, d = problem.G, problem.noisy

    def score(epsilon):
        influence = G @ np.linalg.solve(G.T @ G + epsilon**2 * np.eye(SIZE**2), G.T)
        return len(d) * np.sum((influence @ d - d) ** 2) / np.trace(np.eye(len(d)) - influence) ** 2

    curve = curve_of()
    np.testing.assert_allclose(curve.gcv[::10], [score(v) for v in VALUES[::10]], rtol=1e-6)
    exact = scipy.optimize.minimize_scalar(
        lambda t: score(np.exp(t)), bounds=np.log((0.1, 10)), method="bounded"
    )
    assert steps_apart(gcv(curve).index, np.exp(exact.x)) <= 1


def test_gcv_and_discrepancy_come_close_to_the_oracle():
    problem, _ = tikhonov()
    noise = float(np.linalg.norm(problem.noisy - problem.clean))
    curve = curve_of()
    said = {c.rule: c.index for c in choices(curve, NoiseNorm(value=noise, known=True))}
    best = curve.snr[said["oracle"]]
    assert best == curve.snr.max()
    assert curve.snr[said["gcv"]] > best - 1.5
    assert curve.snr[said["discrepancy"]] > best - 1.5


def test_gcv_at_the_end_of_the_sweep_says_so():
    assert "look beyond" in gcv(curve_of(np.geomspace(30, 90, 5))).message


@pytest.mark.parametrize("method_iterations", [12, 150])
def test_freedom_of_lsqr_is_the_trace_of_its_influence(method_iterations):
    problem, at = tikhonov()
    method = LSQR(damping=2.0, iterations=method_iterations)

    def predict(data):
        *_, last = method.iterate(problem.operator, data)
        return problem.operator.project(last.image)

    estimates = []
    for seed in range(4):
        signs, size = probe(problem.data, seed)
        perturbed = predict(problem.data + np.float32(size) * signs)
        estimates.append(freedom_of(predict(problem.data), perturbed, signs, size))
    # Twelve iterations have not spent all the freedom that the damped solution has.
    expected = at(2.0).freedom if method_iterations == 150 else exact_freedom(method, problem)
    # One probe has a standard deviation of √(2‖off-diagonal‖²) ≈ 12; four have half of it.
    assert np.mean(estimates) == pytest.approx(expected, abs=15)


def exact_freedom(method, problem):
    """The trace of ∂(Gm)/∂d, one datum after the other, by float64 LSQR."""
    from scipy.sparse.linalg import lsqr

    def predict(d):
        options = {"atol": 0, "btol": 0, "conlim": 0, "iter_lim": method.iterations}
        return problem.G @ lsqr(problem.G, d, damp=method.damping, **options)[0]

    size = 1e-3 * np.abs(problem.noisy).mean()
    total = 0.0
    for i in range(0, len(problem.noisy), 8):
        step = np.zeros(len(problem.noisy))
        step[i] = size
        total += (predict(problem.noisy + step) - predict(problem.noisy - step))[i] / (2 * size)
    return 8 * total


def test_curvature_is_that_of_a_circle():
    turn = np.linspace(np.pi, 1.5 * np.pi, 41)
    curve = SweepCurve(
        values=np.exp(turn),
        residual_norm=np.exp(3 * np.cos(turn)),
        penalty=np.exp(3 * np.sin(turn)),
        freedom=np.zeros(41),
        snr=np.zeros(41),
        rays=100,
    )
    curvature = l_curve_curvature(curve)
    assert np.isnan(curvature[[0, -1]]).all()
    np.testing.assert_allclose(curvature[3:-3], 1 / 3, rtol=5e-3)


def corner_curve(values):
    """An L whose corner is at 1: the residual is 1 + v², the penalty 1 + 1/v²."""
    return SweepCurve(
        values=values,
        residual_norm=1 + values**2,
        penalty=1 + values**-2,
        freedom=np.zeros(len(values)),
        snr=np.full(len(values), np.nan),
        rays=100,
    )


@pytest.mark.parametrize("reverse", [False, True])
def test_l_curve_finds_the_corner_whichever_way_the_parameter_works(reverse):
    values = np.geomspace(1e-3, 1e3, 25)
    curve = corner_curve(1 / values[::-1] if reverse else values)
    chosen = l_curve(curve)
    assert curve.values[chosen.index] == pytest.approx(1)


def test_points_off_the_branch_do_not_bend_the_l_curve():
    values = np.geomspace(1e-2, 1e2, 17)
    curve = corner_curve(values)
    # An unconverged end: the penalty rises again, as for ε = 1000 in 50 iterations.
    curve.penalty[-2:] *= 30
    chosen = l_curve(curve)
    assert values[chosen.index] == pytest.approx(1, rel=1e-6)
    assert np.isnan(l_curve_curvature(curve)[-2:]).all()


def test_an_l_curve_without_a_corner_says_so():
    values = np.geomspace(0.1, 10, 9)
    flat = SweepCurve(
        values=values,
        residual_norm=np.ones(9),
        penalty=np.ones(9),
        freedom=np.zeros(9),
        snr=np.zeros(9),
        rays=10,
    )
    assert l_curve(flat).index is None
    assert "no corner" in l_curve(flat).message


def test_the_oracle_needs_the_truth():
    values = np.geomspace(0.1, 10, 9)
    assert oracle(corner_curve(values)).index is None
