"""The misfit, sharpened or not, and the rows that are stacked below it, against dense matrices."""

import numpy as np
import pytest

from core.methods.priors import InnerLoop
from core.methods.priors.pointwise import L2
from core.methods.priors.total_variation import TV
from core.methods.support.data_fidelity import DataFidelity, filtered
from core.methods.support.splitting import (
    Blocks,
    Sharpened,
    SharpenedMisfit,
    sharpening_gain,
    stack,
)
from tests.helpers.solved import SIZE, relative


@pytest.mark.parametrize("tau", [0.02, 0.5, 5.0])
def test_the_misfits_prox_against_the_dense_one(tau, measurement, dense):
    v = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    expected = np.linalg.solve(
        np.eye(SIZE**2) + tau * dense.T @ dense, v + tau * dense.T @ measurement.data.ravel()
    )
    misfit = DataFidelity(measurement.operator, measurement.data, iterations=150)
    assert relative(misfit.prox(v, tau), expected) < 1e-4
    assert misfit.report()["data_residual"] < 1e-3
    few = DataFidelity(measurement.operator, measurement.data, iterations=4)
    # The same question again starts from the answer before.
    errors = [relative(few.prox(v, tau), expected) for _ in range(4)]
    assert errors[0] < 0.15
    assert errors[3] < 0.5 * errors[0]
    assert misfit(v) == pytest.approx(0.5 * np.sum((dense @ v - measurement.data.ravel()) ** 2))
    slope = dense.T @ (dense @ v - measurement.data.ravel())
    assert relative(misfit.grad(v), slope) < 1e-5


@pytest.mark.parametrize("tau", [0.5, 20.0])
def test_the_sharpened_misfit_against_the_dense_one(tau, measurement, dense):
    operator, data = measurement.operator, measurement.data
    gain = sharpening_gain(operator)
    SG = Sharpened(operator, gain).todense().astype(float)
    d = filtered(data, gain).ravel()
    misfit = DataFidelity(operator, data, iterations=100, gain=gain, norm_squared=1.0)
    v = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    residual = SG @ v - d
    assert misfit(v) == pytest.approx(0.5 * residual @ residual, rel=1e-4)
    assert relative(misfit.grad(v), SG.T @ residual) < 1e-4
    expected = np.linalg.solve(np.eye(SIZE**2) + tau * SG.T @ SG, v + tau * SG.T @ d)
    assert relative(misfit.prox(v, tau), expected) < 1e-4
    # The preconditioner knows S: four steps are not far, and the next prox starts from there.
    few = DataFidelity(operator, data, gain=gain, norm_squared=1.0)
    errors = [relative(few.prox(v, tau), expected) for _ in range(3)]
    assert errors[0] < 0.05
    assert errors[2] < 0.5 * errors[0]


def test_sharpening_saves_iterations(measurement, dense, monkeypatch):
    tau = 2.0
    v = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    clean = dense @ np.random.default_rng(4).random(SIZE**2)
    data = clean.reshape(measurement.data.shape).astype(np.float32)
    expected = np.linalg.solve(np.eye(SIZE**2) + tau * dense.T @ dense, v + tau * dense.T @ clean)
    with_it = relative(DataFidelity(measurement.operator, data).prox(v, tau), expected)
    monkeypatch.setattr(
        "core.methods.support.data_fidelity.sharpening", lambda operator, tau, sharper: np.copy
    )
    without = relative(DataFidelity(measurement.operator, data).prox(v, tau), expected)
    assert with_it < 0.5 * without


def test_the_balanced_stack_is_the_same_problem(measurement, dense):
    prior = TV(SIZE, 0.3, InnerLoop())
    image = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    misfit = 0.5 * np.sum((dense @ image - measurement.data.ravel()) ** 2)
    for balanced in (False, True):
        problem = stack(measurement.operator, measurement.data, prior.split(), balanced)
        value = problem.function(problem.operator.matvec(image))
        assert value == pytest.approx(misfit + prior(image), rel=1e-4)
        largest = np.linalg.norm(problem.operator.todense(), 2) ** 2
        assert 0.5 * problem.norm_squared < largest <= problem.norm_squared


def test_sharpening_takes_the_blur_out(measurement, dense):
    gain = sharpening_gain(measurement.operator)
    values = np.linalg.svd(Sharpened(measurement.operator, gain).todense(), compute_uv=False)
    blurred = np.linalg.svd(dense, compute_uv=False)
    middle = len(values) // 2
    assert 0.9 < values[0] <= 1
    assert values[middle] / values[0] > 1.5 * blurred[middle] / blurred[0]


@pytest.mark.parametrize("tau", [0.1, 3.0])
def test_functions_of_stacked_rows(tau, measurement):
    gain = sharpening_gain(measurement.operator)
    misfit = SharpenedMisfit(measurement.data, gain)
    z = np.random.default_rng(0).standard_normal(measurement.data.size).astype(np.float32)
    nearest = misfit.prox(z, tau)
    for direction in np.random.default_rng(1).standard_normal((5, z.size)).astype(np.float32):
        for scale in (0.01, 1.0):
            other = nearest + np.float32(scale) * direction
            best = misfit(nearest) + np.sum((nearest - z) ** 2) / (2 * tau)
            assert misfit(other) + np.sum((other - z) ** 2) / (2 * tau) > best
    blocks = Blocks([misfit, L2(1, 0.4)], [z.size, 7])
    whole = np.concatenate([z, np.ones(7, np.float32)])
    np.testing.assert_array_equal(blocks.prox(whole, tau)[: z.size], nearest)
    np.testing.assert_allclose(blocks.prox(whole, tau)[z.size :], 1 / (1 + 0.4 * tau))
    conjugate = whole - tau * blocks.prox(whole / np.float32(tau), 1 / tau)
    np.testing.assert_allclose(blocks.proxdual(whole, tau), conjugate, atol=2e-4)
    assert blocks(whole) == pytest.approx(misfit(z) + 0.2 * 7)
