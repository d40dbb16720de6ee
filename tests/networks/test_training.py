"""Trainings of a small denoiser: what they save, learn from, and write on their cards."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import InputError
from core.networks import weights
from core.networks.architectures.denoiser import Denoiser
from core.networks.architectures.unet import UNet
from core.networks.catalogue import PLANS, Plan
from core.networks.training import training
from core.networks.training.head_objective import HeadScans
from core.networks.training.training import learning_rate
from core.networks.training.training_objectives import Denoising
from tests.helpers.small_training import interrupt_after, trained

pytestmark = pytest.mark.usefixtures("small_training")


def test_a_training_saves_weights_and_their_card():
    reports = []
    card = trained(reports).card
    assert (card["steps"], card["steps_planned"], card["start_from"]) == (6, 6, "random weights")
    assert card["curve"][-1]["step"] == 6
    assert reports[-1].scores == {
        key: value for key, value in card["curve"][-1].items() if key.startswith("σ")
    }
    assert all(np.isfinite(list(reports[-1].scores.values())))


def test_half_the_bits_train_too_and_the_card_says_so(monkeypatch):
    small = Plan(
        build=lambda: Denoiser((8, 8)),
        objective=lambda: Denoising(side=32),
        steps=6,
        batch=2,
        half=True,
    )
    whole = trained()
    monkeypatch.setitem(PLANS, "denoiser", small)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True})
    half = trained(fresh=True)
    assert (whole.card["precision"], half.card["precision"]) == ("float32", "bfloat16 convolutions")
    pairs = zip(whole.network.parameters(), half.network.parameters(), strict=True)
    # The steps of Adam are as long; their directions agree but for rounding.
    assert all(one.dtype == torch.float32 for one in half.network.parameters())
    assert 0 < max(float((one - other).abs().max()) for one, other in pairs) < 0.02


def test_without_units_for_it_bfloat16_is_not_used(monkeypatch):
    monkeypatch.setitem(PLANS, "denoiser", replace(PLANS["denoiser"], half=True))
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": False, "avx2": True})
    assert trained().card["precision"] == "float32"


def test_what_vanishes_is_zero_while_a_network_is_trained_and_only_then(monkeypatch):
    tiny, seen = torch.tensor(1e-39), []
    step = training.NetworkOptimiser.step
    monkeypatch.setattr(
        training.NetworkOptimiser,
        "step",
        lambda self, rate: seen.append(float(tiny * 1.0)) or step(self, rate),
    )
    trained()
    assert seen
    assert not any(seen)
    assert float(tiny * 1.0) > 0


def test_the_learning_rate_rises_and_falls():
    rates = [learning_rate(step, 1000) for step in range(1000)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == pytest.approx(0.98, abs=0.01)
    assert rates[-1] < 1e-4


def test_scans_of_heads_follow_the_curriculum():
    objective = HeadScans(size=128, angles=10, others=0)
    random = np.random.default_rng(0)
    early, late = objective.batch(random, 2, 0.0), objective.batch(random, 2, 0.9)
    assert early.truths.shape == (2, 1, 64, 64)
    assert early.data.shape == (2, 1, 5, 32)
    assert late.data.shape == (2, 1, 10, 64)
    network = UNet((8, 8))
    loss = objective.loss(network, early)
    error = (early.physics.fbp(early.data) - early.truths).square().sum((1, 2, 3))
    expected = (error / early.truths.square().sum((1, 2, 3))).log().mean()
    torch.testing.assert_close(loss, expected)
    assert set(objective.validate(network)) == {"clean", "noise 1 %"}


def test_a_card_says_with_what_other_optimiser_the_first_steps_were_made(monkeypatch):
    first = trained(steps=3).card
    assert first["optimiser"].startswith("Adam")
    assert first["earlier"] == ""
    monkeypatch.setitem(PLANS, "denoiser", replace(PLANS["denoiser"], optimiser="muon"))
    with pytest.raises(InputError, match=r"of another version .* Delete the file"):
        trained(steps=6)  # Adam's moments are none of Muon's
    second = trained(steps=6, further=True, save_every=0).card
    assert second["optimiser"].startswith("Muon")
    assert second["earlier"] == f"to step 3: {first['optimiser']}. Then: "


def test_a_card_says_from_which_steps_on_the_rate_rose_anew(monkeypatch):
    monkeypatch.setattr(Denoising, "validate", lambda *_: {"σ = 0.01": 40.0})  # all are kept
    anew = "from step {} on the rate rose and fell anew; ".format
    assert trained(steps=3).card["earlier"] == ""
    assert trained(steps=5, further=True).card["earlier"] == anew(3)
    # One that was over goes on from its state, too, and one that was interrupted with its rate.
    assert trained(steps=6).card["earlier"] == anew(3) + anew(5)
    with monkeypatch.context() as patch:
        interrupt_after(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            trained(steps=8, save_every=0)
    assert weights.card_of("denoiser")["steps"] == 7
    assert trained(steps=8).card["earlier"] == anew(3) + anew(5) + anew(6)


def test_a_card_counts_images_in_batches_of_two_sizes(monkeypatch):
    plan = replace(PLANS["denoiser"], batch=2)
    monkeypatch.setitem(PLANS, "denoiser", plan)
    first = trained(steps=3).card
    assert (first["batch"], first["images"]) == (2, 6)
    monkeypatch.setitem(PLANS, "denoiser", replace(plan, batch=5, half=True))
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True})
    second = trained(steps=5, further=True, save_every=0).card
    assert (second["batch"], second["images"]) == (5, 6 + 2 * 5)
    assert second["earlier"].startswith("to step 3, 2 images a step, float32: Adam")
    third = trained(steps=6).card  # resumed from what the second left
    assert third["images"] == second["images"] + 5
    assert weights.images_seen("denoiser") == third["images"]


def test_a_card_says_what_other_images_the_first_steps_saw(monkeypatch):
    class Others(Denoising):
        @property
        def card(self):
            return super().card | {"data": "other images"}

    first = trained(steps=3).card
    monkeypatch.setitem(
        PLANS, "denoiser", replace(PLANS["denoiser"], objective=lambda: Others(side=32))
    )
    second = trained(steps=5, further=True, save_every=0).card
    assert second["data"] == "other images"
    assert second["earlier"] == f"to step 3, on {first['data']}: {first['optimiser']}. Then: "


def test_a_batch_is_moved_to_where_the_network_is():
    objective = HeadScans(size=64, angles=10, others=0)
    batch = objective.batch(np.random.default_rng(0), 1, 0.0)
    there = training.moved(batch, torch.device("meta"))
    assert (there.data.device.type, there.truths.device.type) == ("meta", "meta")
    assert there.physics is batch.physics


@pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no GPU here")
def test_a_gpu_trains_as_a_processor_does(monkeypatch):
    for device in ("cuda", "cpu"):
        monkeypatch.setattr(torch.cuda, "is_available", lambda device=device: device == "cuda")
        network = trained(fresh=True).network
        if device == "cuda":
            first = {key: value.clone() for key, value in network.state_dict().items()}
    for key, value in network.state_dict().items():
        torch.testing.assert_close(value, first[key], atol=1e-3, rtol=0)
