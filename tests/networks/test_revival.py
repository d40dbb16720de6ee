from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from core.errors import InputError
from core.networks import weights
from core.networks.architectures.blocks import SmallUNet, slope_of
from core.networks.architectures.learned_primal_dual import LearnedPrimalDual
from core.networks.architectures.physics import Physics
from core.networks.architectures.unet import UNet
from core.networks.catalogue import PLANS, Plan
from core.networks.data import ellipse_scans
from core.networks.training.head_objective import HeadScans
from core.networks.training.revival import revive
from core.networks.training.training import Settings, train
from core.problem.images import SheppLogan

FAR_BELOW = -1e3


def sinograms(count=2):
    data, _ = ellipse_scans.adler_oektem_batch(np.random.default_rng(0), count)
    physics = Physics(ellipse_scans.operator())
    return physics, physics.scale(data)


def partly_dead(network):
    """Channels of every kind are far below zero, and what listens to them would be heard."""
    torch.manual_seed(3)
    unet = network.network
    enter, block, down = unet.enter[0], unet.enter[2], unet.down[0]
    with torch.no_grad():
        unet.leave.weight.normal_(std=0.1)
        for layer in (enter, block.first, down[0], down[2].first, unet.merge[0].first):
            layer.bias[:3] = FAR_BELOW
        for layer in (block.second, down[2].second, unet.merge[0].second):
            layer.bias[2:4] = FAR_BELOW
    return network


def leak(network, slope):
    for part in network.modules():
        if isinstance(part, nn.LeakyReLU):
            part.negative_slope = slope


@torch.no_grad()
def test_the_image_that_relus_made_stays():
    network = partly_dead(UNet((8, 12, 16), slope=0.01))
    physics, data = sinograms()
    leak(network, 0.0)
    start, before = network.stages(physics, data)
    leak(network, 0.01)
    _, leaking = network.stages(physics, data)
    assert (leaking - before).norm() > (before - start).norm()  # what far below zero leaks
    count = revive(network, lambda: list(network.stages(physics, data)))
    assert count >= 5 * 3 + 3 * 2
    assert slope_of(network) == 0.01
    _, leaking = network.stages(physics, data)
    assert (leaking - before).norm() < 0.1 * (before - start).norm()
    leak(network, 0.0)
    _, after = network.stages(physics, data)
    torch.testing.assert_close(after, before)


def test_every_channel_that_was_dead_learns():
    network = partly_dead(UNet((8, 12, 16), slope=0.01))
    physics, data = sinograms()
    revive(network, lambda: list(network.stages(physics, data)))
    *_, image = network.stages(physics, data)
    image.square().sum().backward()
    unet = network.network
    # What listens to them is zero: that learns first, and they themselves then.
    listening = [unet.enter[2].second, unet.down[0][2].second, unet.merge[0].second, unet.leave]
    for layer in listening:
        heard = layer.weight.grad.transpose(0, 1).flatten(1).norm(dim=1)
        assert bool((heard[:4] > 0).all())
    # Channels that are added to living ones begin with zero, and learn at once.
    enter = unet.enter[0].weight
    zero = enter.flatten(1).norm(dim=1) == 0
    assert 0 < int(zero.sum()) <= 3
    assert bool((enter.grad[zero].flatten(1).norm(dim=1) > 0).all())


@torch.no_grad()
def test_networks_on_data_are_revived_too():
    torch.manual_seed(3)
    network = LearnedPrimalDual(2, widths=(8, 12), dual_width=8, slope=0.01)
    update = network.dual_updates[1]
    update.layers[4].weight.normal_(std=0.1)
    for layer in (update.layers[0], update.layers[2]):
        layer.bias[:3] = FAR_BELOW
    physics, data = sinograms()
    leak(network, 0.0)
    *_, before = network.stages(physics, data)
    assert revive(network, lambda: list(network.stages(physics, data))) >= 6
    *_, after = network.stages(physics, data)
    torch.testing.assert_close(after, before)
    for layer in (update.layers[0], update.layers[2]):
        assert layer.bias.abs().max() < 10


@pytest.mark.parametrize("fine", [0, 4])
@torch.no_grad()
def test_without_dead_channels_nothing_changes(fine):
    torch.manual_seed(0)
    unet = SmallUNet(1, 1, (8, 12), fine=fine)
    for layer in unet.modules():
        if isinstance(layer, nn.Conv2d):
            layer.bias.fill_(1.0)
            layer.weight.abs_()
    image = torch.from_numpy(SheppLogan().read(32))[None, None]
    kept = {key: value.clone() for key, value in unet.state_dict().items()}
    assert revive(unet, lambda: unet(image)) == 0
    for key, value in unet.state_dict().items():
        assert torch.equal(value, kept[key])


def test_a_training_goes_further_with_leaky_relus_and_the_card_says_so(small_training, monkeypatch):
    def plan(build):
        return Plan(build=build, objective=partial(HeadScans, size=64, angles=8), steps=2)

    relu = UNet((8, 12))
    monkeypatch.setitem(PLANS, "unet", plan(lambda: relu))
    train(Settings(name="unet"), lambda report: None)
    assert weights.card_of("unet")["slope"] == 0
    tensors, card = weights.read("unet")
    tensors["network.down.0.0.bias"][:] = FAR_BELOW
    weights.save("unet", tensors, card)

    monkeypatch.setitem(PLANS, "unet", plan(lambda: UNet((8, 12), slope=0.01)))
    with pytest.raises(InputError, match="of another version of the network"):
        weights.load("unet")
    with pytest.raises(InputError, match=r"of another version .* Delete the file"):
        train(Settings(name="unet", steps=4), lambda report: None)  # the state, which is over
    train(Settings(name="unet", steps=4, further=True), lambda report: None)
    trained = weights.load("unet")
    assert trained.card["slope"] == 0.01
    assert trained.card["earlier"].startswith("to step 2, ReLU: Adam")
    assert trained.network.network.down[0][0].bias.abs().max() < 1
    # Once leaky they are left alone: what never is above zero is of use there too.
    trained.network.network.down[0][0].bias.fill_(FAR_BELOW)
    weights.save("unet", trained.network.state_dict(), trained.card)
    train(Settings(name="unet", steps=6, further=True), lambda report: None)
    assert weights.load("unet").network.network.down[0][0].bias.max() < -100


def test_a_network_with_leaky_relus_begins_with_another_one_revived(small_training, monkeypatch):
    def plan(**how):
        return Plan(objective=partial(HeadScans, size=64, angles=8), steps=1, **how)

    relu = partly_dead(UNet((8, 12)))
    monkeypatch.setitem(PLANS, "unet", plan(build=lambda: relu))
    train(Settings(name="unet"), lambda report: None)
    leaky = plan(build=lambda: UNet((8, 12), slope=0.01), start_from="unet")
    monkeypatch.setitem(PLANS, "denoiser", leaky)
    train(Settings(name="denoiser"), lambda report: None)
    begun, other = (weights.load(name).network.network.down[0][0] for name in ("denoiser", "unet"))
    assert bool((other.bias[:3] < -100).all())
    assert bool((begun.bias.abs() < 1).all())
    heard = begun.weight[3:].transpose(0, 1).flatten(1).norm(dim=1) > 0.05
    assert 0 < int(heard.sum()) < len(heard)
    same = begun.weight[3:, heard], other.weight[3:, heard]
    torch.testing.assert_close(*same, atol=0.01, rtol=0)
