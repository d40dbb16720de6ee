from functools import partial

import numpy as np
import pytest
import torch

from core.errors import InputError
from core.networks import weights
from core.networks.architectures.learned_gradient import LearnedGradient
from core.networks.architectures.learned_primal import LearnedPrimal
from core.networks.architectures.learned_primal_dual import LearnedPrimalDual
from core.networks.architectures.learned_primal_dual_plain import LearnedPrimalDualPlain
from core.networks.architectures.learned_proximal_gradient import LearnedProximalGradient
from core.networks.architectures.physics import Physics
from core.networks.architectures.unet import UNet
from core.networks.catalogue import PLANS, Plan
from core.networks.data import ellipse_scans
from core.networks.training.growth import grown
from core.networks.training.head_objective import HeadScans
from core.networks.training.training import Settings, train

SMALL = {"widths": (8, 12)}
NETWORKS = {
    "learned_primal_dual": partial(LearnedPrimalDual, dual_width=8, **SMALL),
    "learned_primal": partial(LearnedPrimal, **SMALL),
    "learned_proximal_gradient": partial(LearnedProximalGradient, **SMALL),
}


def somehow_trained(network):
    torch.manual_seed(3)
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.02 * torch.randn_like(weight))
    return network.eval()


@pytest.mark.parametrize("name", NETWORKS)
@torch.no_grad()
def test_a_grown_network_goes_on_with_the_image_of_the_smaller_one(name):
    small, large = somehow_trained(NETWORKS[name](3)), NETWORKS[name](5).eval()
    large.load_state_dict(grown(small.state_dict(), large))
    data, _ = ellipse_scans.adler_oektem_batch(np.random.default_rng(0), 1)
    physics = Physics(ellipse_scans.operator())
    images = list(small.stages(physics, physics.scale(data)))
    more = list(large.stages(physics, physics.scale(data)))
    for one, other in zip([*images, images[-1], images[-1]], more, strict=True):
        torch.testing.assert_close(other, one)


@pytest.mark.parametrize(
    "larger",
    [partial(UNet, (12, 12, 20)), partial(UNet, (8, 12, 16), fine=4)],
    ids=["wide", "fine"],
)
@torch.no_grad()
def test_a_larger_unet_goes_on_with_the_image_of_the_small_one(larger):
    small, large = somehow_trained(UNet((8, 12, 16))), larger().eval()
    large.load_state_dict(grown(small.state_dict(), large))
    data, _ = ellipse_scans.adler_oektem_batch(np.random.default_rng(0), 1)
    physics = Physics(ellipse_scans.operator())
    _, image = small.stages(physics, physics.scale(data))
    _, same = large.stages(physics, physics.scale(data))
    torch.testing.assert_close(same, image)


def test_every_new_channel_learns():
    narrow, wide = somehow_trained(UNet((8, 12))), UNet((12, 16))
    wide.load_state_dict(grown(narrow.state_dict(), wide))
    data, truths = ellipse_scans.adler_oektem_batch(np.random.default_rng(0), 2)
    physics = Physics(ellipse_scans.operator())
    *_, image = wide.stages(physics, physics.scale(data))
    (image - torch.from_numpy(truths)[:, None]).square().sum().backward()
    leave, enter = wide.network.leave.weight.grad, wide.network.down[0][0].weight.grad
    assert bool(leave[:, 8:].flatten(2).norm(dim=(0, 2)).all())
    assert bool(enter[:12, 8:].flatten(2).norm(dim=(0, 2)).all())


def test_a_network_that_is_not_larger_is_refused():
    with pytest.raises(RuntimeError, match="another shape"):
        grown(LearnedPrimalDual(3).state_dict(), LearnedPrimalDual(5, dual_width=8))
    with pytest.raises(KeyError):
        grown(LearnedGradient().state_dict(), LearnedPrimalDualPlain())


@pytest.mark.parametrize(
    ("larger", "smaller"),
    [
        (partial(LearnedPrimalDualPlain, 5), partial(LearnedPrimalDualPlain, 3)),
        (partial(LearnedPrimalDual, 5), partial(LearnedPrimalDual, 3)),
        (partial(UNet, (8, 12), fine=4), partial(UNet, (8, 12))),
    ],
    ids=["plain", "stages", "layers"],
)
def test_what_a_smaller_network_has_no_place_for_is_refused(larger, smaller):
    with pytest.raises(KeyError, match="has no place"):
        grown(larger().state_dict(), smaller())


LARGER = {
    "learned_primal": (
        *(partial(NETWORKS["learned_primal"], stages) for stages in (2, 4)),
        "stages",
    ),
    "unet": (*(partial(UNet, widths) for widths in ((8, 12), (12, 12))), "channels"),
    "fine_unet": (*(partial(UNet, (8, 12), fine) for fine in (0, 4)), "layers"),
}


@pytest.mark.parametrize("name", LARGER)
def test_a_training_goes_further_with_a_larger_network_and_the_card_says_so(
    name, monkeypatch, tmp_path
):
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "weights")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    threads = torch.get_num_threads()
    small, large, what = LARGER[name]

    def plan(build):
        return Plan(build=build, objective=partial(HeadScans, size=64, angles=8), steps=2)

    monkeypatch.setitem(PLANS, name, plan(small))
    train(Settings(name=name), lambda report: None)
    monkeypatch.setitem(PLANS, name, plan(large))
    with pytest.raises(InputError, match="of another version of the network"):
        weights.load(name)
    with pytest.raises(InputError, match=r"of another version .* Delete the file"):
        train(Settings(name=name, steps=4), lambda report: None)
    # The state of the smaller one, which is over, is in nobody's way.
    train(Settings(name=name, steps=4, further=True), lambda report: None)
    card = weights.load(name).card
    assert card["steps"] == 4
    assert card["earlier"].startswith(f"to step 2, fewer {what}: Adam")
    torch.set_num_threads(threads)
