import pytest
import torch
from torch import nn

from core.networks.architectures.base import channels_last
from core.networks.architectures.blocks import SmallUNet
from core.networks.training.optimisers import NetworkOptimiser


def network() -> nn.Module:
    torch.manual_seed(0)
    return channels_last(SmallUNet(1, 1, (8, 12)))


def gradients(trained: nn.Module) -> None:
    torch.manual_seed(1)
    for weight in trained.parameters():
        weight.grad = torch.randn_like(weight)


def matrix(kernels):
    return kernels.reshape(kernels.shape[0], -1)


def changes(name, rate=1e-3):
    """What one step changes, and the gradients that it followed, by name."""
    trained = network()
    optimiser = NetworkOptimiser(trained, name)
    before = {key: value.clone() for key, value in trained.state_dict().items()}
    gradients(trained)
    followed = {key: weight.grad.clone() for key, weight in trained.named_parameters()}
    optimiser.step(rate)
    after = trained.state_dict()
    assert all(weight.grad is None for weight in trained.parameters())
    return {key: after[key] - before[key] for key in after}, followed


def test_muon_steps_by_the_orthogonal_matrix_next_to_the_gradient():
    changed, followed = changes("muon")
    kernels = [key for key, value in changed.items() if value.ndim == 4]
    assert kernels
    for key in kernels:
        step, gradient = matrix(changed[key]), matrix(followed[key])
        rows, columns = step.shape
        # Adam's steps have a root mean square of about 0.2 of the rate: Liu et al. 2025.
        polar = torch.linalg.svd(gradient, full_matrices=False)
        expected = -1e-3 * 0.2 * max(rows, columns) ** 0.5 * (polar.U @ polar.Vh)
        cosine = (step * expected).sum() / (step.norm() * expected.norm())
        assert cosine > 0.97, key
        # Five steps of Newton and Schulz bring singular values near 1, and not to it.
        assert 0.6 < step.norm() / expected.norm() < 1.3, key


def test_what_is_no_kernel_is_left_to_adam():
    for name in ("adam", "muon"):
        changed, followed = changes(name)
        biases = [key for key, value in changed.items() if value.ndim == 1]
        assert biases
        for key in biases:  # the first step of Adam has the length of the rate
            torch.testing.assert_close(
                changed[key], -1e-3 * followed[key].sign(), rtol=1e-3, atol=1e-8
            )


@pytest.mark.parametrize("name", ["adam", "muon"])
def test_a_copy_that_remembers_takes_the_same_steps(name):
    one, other = network(), network()
    first, second = NetworkOptimiser(one, name), NetworkOptimiser(other, name)
    for _ in range(3):
        gradients(one)
        first.step(1e-3)
    other.load_state_dict(one.state_dict())
    second.load_moments({key: value.clone() for key, value in first.moments().items()})
    for trained, optimiser in ((one, first), (other, second)):
        gradients(trained)
        optimiser.step(1e-3)
    for key, value in one.state_dict().items():
        torch.testing.assert_close(other.state_dict()[key], value, rtol=0, atol=1e-7)


def test_kernels_that_would_be_copied_are_refused():
    with pytest.raises(ValueError, match="channels_last"):
        NetworkOptimiser(nn.Conv2d(3, 4, 3), "muon")
