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
from core.networks.catalogue import PLANS, Plan
from core.networks.data import ellipse_scans
from core.networks.training.growth import grown
from core.networks.training.training import Settings, train
from core.networks.training.training_objectives import HeadScans

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


def test_a_network_of_other_widths_is_no_larger_one():
    with pytest.raises(RuntimeError, match="another shape"):
        grown(LearnedPrimalDual(3).state_dict(), LearnedPrimalDual(5, dual_width=8))
    with pytest.raises(RuntimeError, match="another shape"):
        grown(LearnedPrimalDual(5).state_dict(), LearnedPrimalDual(3))
    with pytest.raises(KeyError):
        grown(LearnedGradient().state_dict(), LearnedPrimalDualPlain())


def test_a_training_goes_further_with_more_stages_and_the_card_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "weights")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    threads = torch.get_num_threads()

    def plan(stages):
        small = partial(HeadScans, size=64, angles=8)
        return Plan(build=partial(NETWORKS["learned_primal"], stages), objective=small, steps=2)

    monkeypatch.setitem(PLANS, "learned_primal", plan(2))
    train(Settings(name="learned_primal"), lambda report: None)
    monkeypatch.setitem(PLANS, "learned_primal", plan(4))
    with pytest.raises(InputError, match="of another version of the network"):
        weights.load("learned_primal")
    with pytest.raises(InputError, match=r"of another version .* --fresh"):
        train(Settings(name="learned_primal", steps=4), lambda report: None)
    for path in (tmp_path / "cache" / "training").iterdir():
        path.unlink()
    train(Settings(name="learned_primal", steps=4, further=True), lambda report: None)
    card = weights.load("learned_primal").card
    assert card["steps"] == 4
    assert card["earlier"].startswith("2 steps with fewer stages: Adam")
    torch.set_num_threads(threads)
