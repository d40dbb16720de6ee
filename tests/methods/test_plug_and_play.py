"""Plug-and-play and RED against dense algebra, with a blur in the place of the denoiser."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.methods.plug_and_play import PlugAndPlay
from core.methods.red import RED
from core.methods.support.data_fidelity import DataFidelity
from core.methods.support.denoising import Denoiser, make_misfit
from core.methods.support.noise_level import noise_level
from core.methods.support.reconstruction import reconstruct
from tests.helpers.dense import SIZE, iterates, relative, small_problem

PIXELS = SIZE * SIZE
PLAIN = PlugAndPlay(solver="proximal_gradient", sharpen=False, relaxation=0.8, iterations=500)


def blur(x, sigma):
    """Symmetric, with eigenvalues between 0 and 1: it stretches nothing, and averages."""
    line = torch.tensor([0.25, 0.5, 0.25])
    return functional.conv2d(x, torch.outer(line, line)[None, None], padding=1)


@pytest.fixture(autouse=True)
def _blur_for_a_denoiser(monkeypatch):
    for module in ("plug_and_play", "red"):
        name = f"core.methods.{module}.trained_denoiser"
        monkeypatch.setattr(name, lambda: Denoiser(network=blur))


@pytest.fixture(scope="module")
def problem():
    return small_problem()


@pytest.fixture(scope="module")
def blurring():
    pictures = torch.eye(PIXELS).reshape(PIXELS, 1, SIZE, SIZE)
    matrix = blur(pictures, 0.0).reshape(PIXELS, PIXELS).numpy().astype(np.float64)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-7)
    assert 0 < np.linalg.eigvalsh(matrix).min() < np.linalg.eigvalsh(matrix).max() < 1
    return matrix


def fixed_point(G, d, T, tau):
    """m = T(m − τGᵀ(Gm − d)), solved as a linear system."""
    return np.linalg.solve(np.eye(PIXELS) - T @ (np.eye(PIXELS) - tau * G.T @ G), tau * T @ G.T @ d)


def test_proximal_gradient_settles_at_the_fixed_point(problem, blurring):
    T = 0.2 * np.eye(PIXELS) + 0.8 * blurring
    expected = fixed_point(problem.G, problem.noisy, T, 1 / problem.operator.norm_squared)
    found = list(PLAIN.iterate(problem.operator, problem.data))
    assert relative(found[-1].image.ravel(), expected) < 1e-4
    changes = [step.values["change"] for step in found[2:]]
    assert changes[-1] < 1e-5 < 1e-2 < changes[0]


def test_it_is_the_fixed_point_of_sharpened_data_where_these_are_stepped_down(problem, blurring):
    misfit = make_misfit(problem.operator, problem.data, sharpen=True)
    zero = np.zeros((SIZE, SIZE), np.float32)
    slopes = [
        misfit.grad(image).reshape(SIZE, SIZE) for image in np.eye(PIXELS).reshape(-1, SIZE, SIZE)
    ]
    right = -misfit.grad(zero).astype(np.float64)
    normal = np.array([slope.ravel() for slope in slopes], np.float64).T + right[:, None]
    np.testing.assert_allclose(normal, normal.T, atol=1e-5)
    assert 0.9 < np.linalg.eigvalsh(normal).max() <= 1
    T = 0.2 * np.eye(PIXELS) + 0.8 * blurring
    expected = np.linalg.solve(np.eye(PIXELS) - T @ (np.eye(PIXELS) - normal), T @ right)
    *_, found = iterates(replace(PLAIN, sharpen=True, iterations=300), problem, problem.noisy)
    assert relative(found, expected) < 1e-4
    residual = problem.operator.project(zero) - problem.data
    step = 1e-2
    moved = residual + step * problem.operator.project(slopes[50])
    slope = (misfit.of_residual(moved) - misfit.of_residual(residual)) / step
    assert slope == pytest.approx(float(np.vdot(misfit.grad(zero), slopes[50])), rel=0.05)


def test_admm_settles_where_proximal_gradient_would(problem, blurring):
    method = PlugAndPlay(
        solver="admm", relaxation=0.8, balance=1.0, sigma=0.1, first_sigma=0.2, iterations=300
    )
    tau = (0.1 / noise_level(problem.data)) ** 2
    T = 0.2 * np.eye(PIXELS) + 0.8 * blurring
    expected = fixed_point(problem.G, problem.noisy, T, tau)
    *_, found = iterates(method, problem, problem.noisy)
    assert relative(found, expected) < 1e-3


def test_the_gradient_step_falls_to_the_minimum_of_its_objective(problem, blurring):
    method = PlugAndPlay(
        solver="gradient_step",
        relaxation=1.0,
        balance=1.0,
        sigma=0.05,
        first_sigma=0.05,
        iterations=200,
    )
    weight = (noise_level(problem.data) / 0.05) ** 2
    R = np.eye(PIXELS) - blurring
    G, d = problem.G, problem.noisy
    expected = np.linalg.solve(G.T @ G + weight * R.T @ R, G.T @ d)
    result = reconstruct(method, problem.measurement)
    assert relative(result.image.ravel(), expected) < 2e-3
    objective = result.history["objective"]
    assert (np.diff(objective) <= 1e-5 * objective[:-1]).all()
    removed = R @ result.image.ravel()
    assert result.history.last("regulariser") == pytest.approx(
        0.5 * weight * removed @ removed, rel=1e-3
    )


def test_the_gradient_step_keeps_its_step_at_the_minimum(problem, monkeypatch):
    """There rounding decides whether the objective falls; the step was halved until it was 0."""
    taus = []
    step = DataFidelity.prox
    monkeypatch.setattr(
        DataFidelity, "prox", lambda self, x, tau: taus.append(tau) or step(self, x, tau)
    )
    method = PlugAndPlay(
        solver="gradient_step",
        relaxation=1.0,
        balance=1.0,
        sigma=0.05,
        first_sigma=0.05,
        iterations=400,
    )
    assert reconstruct(method, problem.measurement).stop == "finished"
    assert len(taus) >= 400
    assert taus[-1] >= taus[0] / 8


def test_the_gradient_step_halves_its_step_rather_than_diverge(problem):
    overshooting = PlugAndPlay(
        solver="gradient_step", relaxation=3.0, balance=0.01, first_sigma=0.01, iterations=100
    )
    result = reconstruct(overshooting, problem.measurement)
    assert result.stop == "finished"
    assert (np.diff(result.history["objective"]) <= 1e-5 * result.history["objective"][:-1]).all()


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (replace(PLAIN, relaxation=2.6), "α = 2.6 is beyond 1"),
        (replace(PLAIN, step=2.9), "τ = 2.9/L is beyond its bound 2/L"),
        (RED(step=2.6, weight=0.1, sharpen=False, iterations=1000), "beyond its bound 2/(L + 2λ)"),
    ],
    ids=["denoiser", "step", "red"],
)
def test_overshooting_is_seen_to_diverge(method, words, problem):
    result = reconstruct(method, problem.measurement)
    assert result.stop == "diverged"
    assert words in result.message
    changes = result.history["change"]
    assert changes[-1] > 1  # every step moves it by more than the whole picture
    assert np.isfinite(result.image).all()


@pytest.mark.parametrize("sharpen", [False, True])
def test_red_steps_along_the_gradient_of_its_objective(problem, blurring, sharpen):
    method = RED(iterations=3, weight=0.4, step=1.0, sharpen=sharpen)
    operator, data = problem.operator, problem.data
    misfit = make_misfit(operator, data, sharpen=sharpen)
    weight = 0.4 * misfit.norm_squared
    tau = 1 / (misfit.norm_squared + 2 * weight)

    def value(image):
        residual = operator.project(image) - data
        return sum(method.objective(operator, data, image, residual))

    images = [step.image for step in method.iterate(operator, data)]
    previous, image = images[-2], images[-1]
    slope = (previous - image) / tau
    if not sharpen:
        G, m = problem.G, previous.ravel()
        expected = G.T @ (G @ m - problem.noisy) + weight * (m - blurring @ m)
        assert relative(slope.ravel(), expected) < 1e-4
    # A quadratic function: central differences are exact but for round-off.
    direction = np.random.default_rng(1).standard_normal((SIZE, SIZE)).astype(np.float32)
    rise = value(previous + direction) - value(previous - direction)
    assert rise / 2 == pytest.approx(float(np.vdot(slope, direction)), rel=2e-3)


def test_red_converges_to_the_minimum_of_its_objective(problem, blurring):
    method = RED(iterations=800, weight=0.5, step=1.9, sharpen=False)
    G, weight = problem.G, 0.5 * problem.operator.norm_squared
    expected = np.linalg.solve(G.T @ G + weight * (np.eye(PIXELS) - blurring), G.T @ problem.noisy)
    *_, found = iterates(method, problem, problem.noisy)
    assert relative(found, expected) < 1e-4


def test_without_a_weight_red_is_gradient_descent(problem):
    method = RED(iterations=5, weight=0.0, step=1.0, sharpen=False)
    G, m = problem.G, np.zeros(PIXELS)
    for _ in range(5):
        m = m - G.T @ (G @ m - problem.noisy) / problem.operator.norm_squared
    *_, found = iterates(method, problem, problem.noisy)
    assert relative(found, m) < 1e-5


def test_sigma_falls_over_the_first_half():
    method = PlugAndPlay(sigma=0.01, first_sigma=0.16, iterations=8)
    found = [method.sigma_at(number) for number in range(8)]
    np.testing.assert_allclose(found, [0.16, 0.08, 0.04, 0.02, 0.01, 0.01, 0.01, 0.01])


def test_noise_is_estimated_in_the_units_of_the_data():
    random = np.random.default_rng(0)
    smooth = np.outer(np.ones(40), 5 * np.sin(np.linspace(0, np.pi, 160)))
    noisy = (smooth + 0.1 * random.standard_normal(smooth.shape)).astype(np.float32)
    assert noise_level(noisy) == pytest.approx(0.1, rel=0.05)
    assert noise_level(3 * noisy) == pytest.approx(3 * noise_level(noisy))
    assert noise_level(smooth.astype(np.float32)) == pytest.approx(1e-3 * smooth.mean(), rel=1e-3)
    assert noise_level(np.zeros((3, 20), np.float32)) == 1
