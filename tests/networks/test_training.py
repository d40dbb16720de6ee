from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.cli.train import train_networks
from core.errors import InputError
from core.networks import weights
from core.networks.architectures.denoiser import Denoiser
from core.networks.architectures.unet import UNet
from core.networks.catalogue import PLANS, Plan
from core.networks.training import training
from core.networks.training.training import Settings, learning_rate, train
from core.networks.training.training_objectives import Denoising, HeadScans

THREADS = torch.get_num_threads()


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "weights")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    small = Plan(
        build=lambda: Denoiser((8, 8)), objective=lambda: Denoising(side=32), steps=6, batch=2
    )
    monkeypatch.setitem(PLANS, "denoiser", small)
    yield
    torch.set_num_threads(THREADS)


def trained(reports=None, **settings):
    train(Settings(name="denoiser", **settings), (reports if reports is not None else []).append)
    return weights.load("denoiser")


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
    half = trained(fresh=True)
    assert (whole.card["precision"], half.card["precision"]) == ("float32", "bfloat16 convolutions")
    pairs = zip(whole.network.parameters(), half.network.parameters(), strict=True)
    # The steps of Adam are as long; their directions agree but for rounding.
    assert all(one.dtype == torch.float32 for one in half.network.parameters())
    assert 0 < max(float((one - other).abs().max()) for one, other in pairs) < 0.02


def test_an_interrupted_training_goes_on_as_if_it_had_not_been(monkeypatch):
    whole = {k: v.clone() for k, v in trained(fresh=True).network.state_dict().items()}
    with monkeypatch.context() as patch:
        interrupt_after(patch, 3)
        with pytest.raises(KeyboardInterrupt):
            trained(fresh=True, save_every=0)
    resumed = trained(save_every=0)
    assert resumed.card["steps"] == 6
    assert [point["step"] for point in resumed.card["curve"]] == [1, 2, 3, 4, 5, 6]
    for key, value in resumed.network.state_dict().items():
        torch.testing.assert_close(value, whole[key], atol=1e-6, rtol=1e-3)


def interrupt_after(patch, steps):
    """Interrupt a training, as Ctrl-C does, when it has made so many steps."""
    count = iter(range(100))
    step = torch.optim.Adam.step

    def interrupted(self):
        if next(count) == steps:
            raise KeyboardInterrupt
        return step(self)

    patch.setattr(torch.optim.Adam, "step", interrupted)


def test_weights_that_have_seen_more_are_replaced_on_demand_only():
    shipped = trained(steps=9).card
    with pytest.raises(InputError, match=r"have seen 18 images, and 3 steps show 6: .* --fresh"):
        train_elsewhere(steps=3)
    assert weights.load("denoiser").card == shipped
    assert trained(steps=3, fresh=True).card["steps"] == 3


def test_weights_stay_until_the_new_ones_have_seen_as_much(monkeypatch):
    trained(steps=6)
    seen = []
    save = weights.save
    monkeypatch.setattr(
        weights, "save", lambda *given: seen.append(given[2]["steps"]) or save(*given)
    )
    train_elsewhere(steps=8, save_every=0)
    assert seen == [6, 7, 8]


def train_elsewhere(**settings):
    """Train where nothing is interrupted, beside the weights that are there."""
    for path in training.cache_folder("training").iterdir():
        path.unlink()
    train(Settings(name="denoiser", **settings), lambda report: None)


def test_an_interrupted_training_of_another_seed_is_not_taken_up():
    trained(steps=2)
    with pytest.raises(InputError, match=r"has the seed 0, not 5: resume it with --seed 0"):
        trained(steps=4, seed=5)


@pytest.mark.parametrize("kept", [0, 100, 5000])
def test_a_damaged_state_is_a_sentence(kept):
    trained(steps=2)
    (path,) = training.cache_folder("training").iterdir()
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match=r"is damaged, or of another version .* Delete the file"):
        trained(steps=4)


def test_a_state_without_its_facts_is_a_sentence():
    trained(steps=2)
    (path,) = training.cache_folder("training").iterdir()
    save_file(load_file(path), path)
    with pytest.raises(InputError, match=r"is damaged, or of another version .* Delete the file"):
        trained(steps=4)
    # The weights of the project are sound, and one that goes further needs no more.
    assert trained(steps=4, further=True).card["steps"] == 4


def test_a_loss_that_is_not_finite_ends_with_a_sentence(monkeypatch):
    nan = torch.tensor(float("nan"), requires_grad=True)
    monkeypatch.setattr(Denoising, "loss", lambda *_: nan)
    with pytest.raises(InputError, match=r"denoiser has diverged: .* at step 0"):
        trained()


def test_it_may_begin_with_the_weights_of_another(monkeypatch):
    other = Plan(build=lambda: Denoiser((8, 12)), objective=lambda: Denoising(side=32), steps=3)
    monkeypatch.setitem(PLANS, "other", other)
    train(Settings(name="other"), lambda report: None)
    monkeypatch.setitem(PLANS, "denoiser", replace(PLANS["denoiser"], start_from="other"))
    with monkeypatch.context() as patch:
        patch.setattr(training.NetworkOptimiser, "step", lambda *_: None)
        begun = trained(steps=1)
    one, two = begun.network.state_dict(), weights.load("other").network.state_dict()
    agree = [key for key in one if one[key].shape == two[key].shape]
    assert 0 < len(agree) < len(one)
    for key in agree:
        torch.testing.assert_close(one[key], two[key], atol=1e-3, rtol=0)
    # Only where it begins: to go on, the other one need not be there.
    weights.path_of("other").unlink()
    assert trained(steps=2).card["start_from"] == "other"


def test_the_learning_rate_rises_and_falls():
    rates = [learning_rate(step, 1000) for step in range(1000)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == pytest.approx(0.98, abs=0.01)
    assert rates[-1] < 1e-4


@pytest.mark.parametrize("further", [True, False])
def test_the_rate_rises_anew_after_a_training_that_was_over(monkeypatch, further):
    rates = []
    step = training.NetworkOptimiser.step
    monkeypatch.setattr(
        training.NetworkOptimiser, "step", lambda self, rate: rates.append(rate) or step(self, rate)
    )
    trained(steps=4)
    trained(steps=10, further=further)  # the state of the first, which is over, is still there
    first, more = rates[:4], rates[4:]
    assert first == [1e-3 * learning_rate(n, 4) for n in range(4)]
    assert more == [1e-3 * learning_rate(n, 6) for n in range(6)]


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
    third = trained(steps=8).card  # resumed from what the second left
    assert third["earlier"] == second["earlier"]


def test_a_card_counts_images_in_batches_of_two_sizes(monkeypatch):
    plan = replace(PLANS["denoiser"], batch=2)
    monkeypatch.setitem(PLANS, "denoiser", plan)
    first = trained(steps=3).card
    assert (first["batch"], first["images"]) == (2, 6)
    monkeypatch.setitem(PLANS, "denoiser", replace(plan, batch=5, half=True))
    second = trained(steps=5, further=True, save_every=0).card
    assert (second["batch"], second["images"]) == (5, 6 + 2 * 5)
    assert second["earlier"].startswith("to step 3, 2 images a step, float32: Adam")
    third = trained(steps=6).card  # resumed from what the second left
    assert third["images"] == second["images"] + 5
    assert weights.images_seen("denoiser") == third["images"]


def worse(monkeypatch):
    """From now on validation is worse than anything."""
    monkeypatch.setattr(Denoising, "validate", lambda *_: {"σ = 0.01": -99.0})


def test_weights_that_validate_worse_are_not_kept(monkeypatch, capsys):
    trained(steps=3)
    before = weights.digest_of("denoiser")
    worse(monkeypatch)
    assert not train(Settings(name="denoiser", steps=6, further=True), lambda report: None)
    assert weights.digest_of("denoiser") == before
    # Asked for more, it goes on from where it came to.
    assert trained(steps=8).card["steps"] == 3
    train_networks("denoiser", steps=9, seed=0, threads=1, fresh=False, further=False)
    assert "validates better and stays as it is" in capsys.readouterr().out


def test_a_fresh_training_replaces_weights_at_its_end_only(monkeypatch):
    trained(steps=4)
    worse(monkeypatch)
    with monkeypatch.context() as patch:
        interrupt_after(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            trained(steps=3, fresh=True, save_every=0)
    assert weights.card_of("denoiser")["steps"] == 4
    # Taken up again it is still the one that was to replace them.
    assert trained(steps=3, save_every=0).card["steps"] == 3


def test_weights_saved_before_a_training_diverges_are_kept(monkeypatch):
    trained(steps=3)
    before = weights.digest_of("denoiser")
    (state,) = training.cache_folder("training").iterdir()
    saved = state.read_bytes()
    monkeypatch.setattr(Denoising, "validate", lambda *_: {"σ = 0.01": float("nan")})
    with pytest.raises(InputError, match=r"denoiser has diverged: .* at step 3"):
        trained(steps=6, further=True, save_every=0)
    assert weights.digest_of("denoiser") == before
    assert state.read_bytes() == saved


def test_gradients_that_are_not_finite_end_with_a_sentence(monkeypatch):
    def endless(self, network, batch):
        weight = next(network.parameters())
        return (weight - weight.detach()).abs().sqrt().sum()  # 0, with an infinite gradient

    monkeypatch.setattr(Denoising, "loss", endless)
    with pytest.raises(InputError, match="denoiser has diverged"):
        trained()
    assert not weights.path_of("denoiser").exists()


def test_going_further_does_not_depend_on_an_interrupted_training(monkeypatch):
    trained(steps=4)
    first = trained(steps=6, further=True).network.state_dict()
    first = {key: value.clone() for key, value in first.items()}
    trained(steps=4, fresh=True)
    (state,) = training.cache_folder("training").iterdir()
    state.unlink()
    with monkeypatch.context() as patch:
        interrupt_after(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            trained(steps=4, seed=0, fresh=True, save_every=0)
    again = trained(steps=6, further=True).network.state_dict()
    for key, value in again.items():
        torch.testing.assert_close(value, first[key], atol=0, rtol=0)


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
