"""Every network against the classical scheme that it grows out of, and its gradient."""

import pytest
import torch

from core.networks.architectures.denoiser import Denoiser
from core.networks.architectures.learned_gradient import LearnedGradient, dirichlet_gradient
from core.networks.architectures.learned_gradient_plain import LearnedGradientPlain
from core.networks.architectures.learned_primal import LearnedPrimal
from core.networks.architectures.learned_primal_dual import LearnedPrimalDual
from core.networks.architectures.learned_primal_dual_plain import LearnedPrimalDualPlain
from core.networks.architectures.learned_primal_plain import LearnedPrimalPlain
from core.networks.architectures.learned_proximal_gradient import LearnedProximalGradient
from core.networks.architectures.learned_proximal_gradient_plain import (
    LearnedProximalGradientPlain,
)
from core.networks.architectures.unet import UNet
from core.networks.architectures.units import brightest, mean_of_data
from core.networks.catalogue import PLANS
from core.networks.training.training_objectives import log_error

SMALL = (8, 12)
NETWORKS = {
    "unet": lambda: UNet(SMALL),
    "fine_unet": lambda: UNet(SMALL, fine=4),
    "learned_gradient": lambda: LearnedGradient(3, 2, SMALL),
    "learned_proximal_gradient": lambda: LearnedProximalGradient(3, SMALL),
    "learned_primal": lambda: LearnedPrimal(3, 2, SMALL),
    "learned_primal_dual": lambda: LearnedPrimalDual(3, 2, 2, SMALL, 8),
    "learned_gradient_plain": lambda: LearnedGradientPlain(3, 2, 8),
    "learned_proximal_gradient_plain": lambda: LearnedProximalGradientPlain(3, 8),
    "learned_primal_plain": lambda: LearnedPrimalPlain(3, 3, 8),
    "learned_primal_dual_plain": lambda: LearnedPrimalDualPlain(3, 3, 3, 8),
    "normalised": lambda: LearnedPrimalDual(3, 2, 2, SMALL, 8).in_units(mean_of_data(2.0)),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


def built(name):
    torch.manual_seed(0)
    return NETWORKS[name]()


@pytest.mark.parametrize(
    "name", ["learned_proximal_gradient", "learned_primal", "learned_primal_dual", "normalised"]
)
def test_without_weights_it_is_gradient_descent_in_the_norm_of_the_ramp(name, physics, data):
    network = built(name)
    image = physics.fbp(data)
    with torch.no_grad():
        for stage in network.stages(physics, data):
            torch.testing.assert_close(stage, image, atol=2e-6, rtol=1e-5)
            image = image - 0.1 * physics.fbp(physics.forward(image) - data)


def test_without_weights_a_plain_proximal_gradient_is_gradient_descent(physics, data):
    image = torch.zeros(1, 1, 64, 64)
    with torch.no_grad():
        for stage in built("learned_proximal_gradient_plain").stages(physics, data):
            torch.testing.assert_close(stage, image, atol=2e-6, rtol=1e-5)
            image = image - physics.adjoint(physics.forward(image) - data)


@pytest.mark.parametrize(
    ("network", "weights"),
    [
        (LearnedGradientPlain, 13_318 + 2),
        (LearnedPrimalPlain, 125_000),
        (LearnedPrimalDualPlain, 252_000),
    ],
)
def test_it_has_as_many_weights_as_the_published_network(network, weights):
    own = sum(parameter.numel() for parameter in network().parameters())
    assert own == weights or (own < weights and own == pytest.approx(weights, abs=500))


@pytest.mark.parametrize("name", ["unet", "learned_gradient", "learned_gradient_plain"])
def test_without_weights_it_stays_at_the_fbp(name, physics, data):
    with torch.no_grad():
        for stage in built(name).stages(physics, data):
            torch.testing.assert_close(stage, physics.fbp(data))


def shaken(network):
    """The network with weights that are not zero anywhere."""
    random = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=random))
    return network


@every_network
def test_its_gradient_is_that_of_finite_differences(name, physics, data, truth):
    network, wanted, given = shaken(built(name)).double(), truth.double(), data.double()

    def loss():
        return log_error(list(network.stages(physics, given))[-1], wanted)

    loss().backward()
    random = torch.Generator().manual_seed(2)
    direction = [torch.randn(p.shape, generator=random).double() for p in network.parameters()]
    slope = sum(
        float((p.grad * v).sum()) for p, v in zip(network.parameters(), direction, strict=True)
    )
    values = []
    step = 1e-7
    with torch.no_grad():
        for sign in (1, -2):
            for parameter, v in zip(network.parameters(), direction, strict=True):
                parameter.add_(sign * step * v)
            values.append(float(loss()))
    assert slope == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-4)


@every_network
def test_it_learns_one_image_by_heart(name, physics, data, truth):
    network = built(name)
    optimiser = torch.optim.Adam(network.parameters(), lr=5e-3)
    errors = []
    for _ in range(100):
        error = log_error(list(network.stages(physics, data))[-1], truth)
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        errors.append(float(error.detach()))
    gained = 10 / 2.3026 * (errors[0] - min(errors))
    assert gained > 3, f"{gained:.1f} dB gained"


@pytest.mark.parametrize(
    "name", [name for name in PLANS if name not in ("denoiser", "convex_ridge")]
)
def test_a_network_of_the_catalogue_scales_with_its_data(name, physics, data):
    torch.manual_seed(0)
    network = shaken(PLANS[name].build())
    with torch.no_grad():
        *_, one = network.stages(physics, torch.cat([data, 0.25 * data, 0 * data]))
        *_, alone = network.stages(physics, data)
        *_, other = network.in_units(mean_of_data(3.0)).stages(physics, data)
    torch.testing.assert_close(one[1:2], 0.25 * one[:1], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(one[:1], alone, rtol=1e-4, atol=1e-4)
    assert torch.isfinite(one[2]).all()
    assert (other - alone).abs().max() > 1e-3 * alone.abs().max(), "its unit matters"


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_the_unit_is_about_the_brightest_value(noise, physics):
    row, column = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    disc = 3.0 * ((row - 30).square() + (column - 36).square() < 20**2)
    clean = physics.forward(disc[None, None])
    grain = torch.randn(clean.shape, generator=torch.Generator().manual_seed(3))
    found = brightest(physics, clean + noise * clean.mean() * grain)
    assert float(found) == pytest.approx(3.0, rel=0.2)


def test_a_denoiser_without_biases_scales_with_its_input():
    denoiser = shaken(Denoiser((8, 12)))
    noisy = torch.rand(2, 1, 40, 40)
    sigma = torch.tensor([0.05, 0.1])
    torch.testing.assert_close(denoiser(3 * noisy, 3 * sigma), 3 * denoiser(noisy, sigma))
    torch.testing.assert_close(denoiser(noisy[1:], 0.1), denoiser(noisy, sigma)[1:])


def test_sides_that_the_scales_do_not_divide_are_kept():
    denoiser = shaken(Denoiser((8, 12, 16)))
    assert denoiser(torch.rand(1, 1, 67, 90), 0.1).shape == (1, 1, 67, 90)


def test_the_gradient_of_the_dirichlet_energy_is_autograds():
    image = torch.rand(1, 1, 9, 9, dtype=torch.float64, requires_grad=True)
    energy = 0.5 * (image.diff(dim=2).square().sum() + image.diff(dim=3).square().sum())
    (gradient,) = torch.autograd.grad(energy, image)
    torch.testing.assert_close(dirichlet_gradient(image.detach()), gradient)
