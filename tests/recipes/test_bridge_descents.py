"""The descents of the lessons end where a dense solver ends."""

import numpy as np
import pytest
import torch

from core.recipes.bridge import use
from tests.helpers.bridge_scan import SIZE, WEIGHTS, run


@pytest.fixture(scope="module")
def solution(projector, dense, ellipse):
    """The dense solution of the normal equations, its data and its objective."""
    data = projector.project(ellipse)
    alpha, beta, gamma = WEIGHTS
    step = np.diff(np.eye(SIZE), axis=0)
    across, down = np.kron(np.eye(SIZE), step), np.kron(step, np.eye(SIZE))
    normal = dense.T @ dense + 2 * alpha * np.eye(SIZE**2)
    normal += 2 * beta * across.T @ across + 2 * gamma * down.T @ down
    m = np.linalg.solve(normal, dense.T @ data.ravel())
    value = 0.5 * np.sum((dense @ m - data.ravel()) ** 2) + alpha * m @ m
    value += beta * np.sum((across @ m) ** 2) + gamma * np.sum((down @ m) ** 2)
    return data, m.reshape(SIZE, SIZE), value


# LSQR and L-BFGS end at the solution; the others are on their way, each at its own pace.
@pytest.mark.parametrize(
    ("optimiser", "iterations", "excess"),
    [("SGD", 300, 1e-3), ("momentum", 200, 1e-3), ("Adam", 300, 1e-2), ("L-BFGS", 60, 1e-6)],
)
def test_every_optimiser_nears_the_dense_solution(
    projector, solution, optimiser, iterations, excess
):
    data, expected, value = solution
    iterates = run(projector, data, optimiser, iterations=iterations)
    assert len(iterates) == iterations + 1
    assert not iterates[0].image.any()
    assert iterates[0].projections == 0
    assert iterates[0].objective == pytest.approx(0.5 * np.sum(data**2.0), rel=1e-5)
    assert iterates[-1].objective < (1 + excess) * value
    if optimiser == "L-BFGS":
        assert np.allclose(iterates[-1].image, expected, atol=1e-3)
    else:
        assert iterates[-1].projections == 2 * iterations


def test_lsqr_solves_the_same_problem(projector, solution):
    data, expected, value = solution
    iterates = list(use.lsqr(projector, data, *WEIGHTS, 40))
    assert len(iterates) == 41
    assert np.allclose(iterates[-1].image, expected, atol=1e-4)
    assert iterates[-1].objective == pytest.approx(value, rel=1e-4)
    assert iterates[0].image is not iterates[1].image
    assert not iterates[0].image.any()


def test_a_step_too_long_ends_the_run(projector, solution):
    iterates = run(projector, solution[0], "SGD", step=3.0)
    assert len(iterates) < 20
    assert iterates[-1].objective > 1e3 * iterates[0].objective


def test_power_iteration(projector, dense):
    largest = np.linalg.norm(dense, 2) ** 2
    assert use.largest_eigenvalue(projector) == pytest.approx(largest, rel=1e-3)


def test_photons_are_fitted(projector, ellipse):
    clean = projector.project(ellipse)
    scale = 2 / float(clean.max())
    predict = use.attenuated(projector, scale)
    photons = np.exp(-scale * clean)
    assert np.allclose(predict(torch.from_numpy(ellipse)).numpy(), photons, rtol=1e-5)
    objective = use.penalised(predict, photons, projector.dims, 0.0, 1e-6, 1e-6)
    iterates = list(use.descend(objective, projector.dims, "L-BFGS", 1.0, 1.0, 40))
    assert iterates[-1].objective < 1e-4 * iterates[0].objective
    fitted = np.exp(-scale * projector.project(iterates[-1].image))
    assert np.linalg.norm(fitted - photons) < 0.01 * np.linalg.norm(photons)


def test_deep_prior_learns_the_data(projector, ellipse):
    data = projector.project(ellipse)
    iterates = list(use.deep_prior(projector, data, channels=8, step=1.0, iterations=60))
    again = list(use.deep_prior(projector, data, channels=8, step=1.0, iterations=3))
    assert iterates[-1].objective < 0.05 * iterates[0].objective
    assert np.array_equal(again[3].image, iterates[3].image)
    last = projector.project(iterates[-1].image)
    assert iterates[-1].objective == pytest.approx(0.5 * np.sum((last - data) ** 2.0), rel=1e-3)
