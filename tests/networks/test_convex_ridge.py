"""The convex ridge regulariser against dense matrices, SciPy and its own definition."""

import numpy as np
import pytest
import scipy.fft
import torch

from core.networks.architectures.convex_ridge import KNOTS, REACH, ConvexRidge, cosines
from core.networks.training.ridge_objective import RidgeDenoising


@pytest.fixture(scope="module")
def ridge():
    random = torch.Generator().manual_seed(0)
    network = ConvexRidge()
    with torch.no_grad():
        network.raw_filters.add_(0.2 * torch.randn(network.raw_filters.shape, generator=random))
        network.raw_slopes.add_(torch.randn(network.raw_slopes.shape, generator=random))
    return network.double().requires_grad_(False)


def test_its_filters_stacked_are_a_matrix_of_norm_at_most_one(ridge):
    unit = torch.eye(14 * 14, dtype=torch.float64).reshape(-1, 1, 14, 14)
    matrix = ridge.responses(unit).reshape(14 * 14, -1).numpy()
    norm = np.linalg.norm(matrix, 2)
    assert 0.8 < norm <= 1
    np.testing.assert_allclose(ridge.filters.sum((1, 2, 3)), 0, atol=1e-12)


def test_its_gradient_is_autograds_and_1_lipschitz(ridge):
    x = torch.rand(3, 1, 18, 21, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(ridge.value(x).sum(), x)
    torch.testing.assert_close(ridge.gradient(x.detach()), gradient)
    near = x.detach() + 1e-3 * torch.randn(x.shape, dtype=torch.float64)
    moved = (ridge.gradient(near) - gradient).flatten(1).norm(dim=1)
    assert (moved <= (near - x.detach()).flatten(1).norm(dim=1)).all()


def test_its_potentials_are_even_convex_and_the_integral_of_their_derivative(ridge):
    t = torch.linspace(-1.5 * REACH, 1.5 * REACH, 4001, dtype=torch.float64)
    every = t.reshape(1, 1, 1, -1).expand(1, 32, 1, -1)
    value, slope = ridge.potential(every)[0, :, 0].numpy(), ridge.derivative(every)[0, :, 0].numpy()
    np.testing.assert_allclose(value, value[:, ::-1], atol=1e-15)
    assert (np.diff(slope, axis=1) >= -1e-15).all()
    steps = (slope[:, 1:] + slope[:, :-1]) / 2 * np.diff(t)
    found = np.concatenate([np.zeros((32, 1)), np.cumsum(steps, 1)], axis=1)
    np.testing.assert_allclose(value - value[:, :1], found, atol=1e-7)
    beyond = t.numpy() > REACH
    np.testing.assert_allclose(slope[:, beyond], slope[:, -1:] + 0 * t.numpy()[beyond])
    assert ridge.slopes.shape[1] == KNOTS


def test_its_training_begins_with_the_cosine_transform():
    basis = scipy.fft.idctn(np.eye(49).reshape(49, 7, 7), axes=(1, 2), norm="ortho")
    ours = cosines(7).numpy().reshape(48, 49)
    products = np.abs(ours @ basis.reshape(49, 49).T)
    np.testing.assert_allclose(np.sort(products, axis=1)[:, -1], 1, atol=1e-6)
    np.testing.assert_allclose(ours @ ours.T, np.eye(48), atol=1e-6)


def test_it_learns_to_denoise():
    torch.manual_seed(0)
    network, objective = ConvexRidge(filters=8), RidgeDenoising(side=24)
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-2)
    batch = objective.batch(np.random.default_rng(0), 4, 0)
    losses = []
    for _ in range(12):
        loss = objective.loss(network, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    noise = float((batch.noisy - batch.truths).abs().mean()) / objective.sigma
    assert losses[-1] < 0.85 * losses[0]
    assert losses[-1] < 1.05 * noise
