"""Where a training begins: at nothing, a saved state, or weights."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import InputError
from core.evaluation.readme import RESULTS
from core.networks import weights
from core.networks.architectures.denoiser import Denoiser
from core.networks.catalogue import PLANS, Plan
from core.networks.training import training
from core.networks.training.training import Settings, learning_rate, train
from core.networks.training.training_objectives import Denoising
from tests.helpers.small_training import interrupt_after, trained

pytestmark = pytest.mark.usefixtures("small_training")


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


def test_an_interrupted_training_of_another_seed_is_not_taken_up():
    trained(steps=2)
    with pytest.raises(InputError, match=r"has the seed 0, not 5: resume it with --seed 0"):
        trained(steps=4, seed=5)


@pytest.mark.parametrize("kept", [0, 100, 5000])
def test_a_damaged_state_is_a_sentence(kept):
    trained(steps=2)
    (path,) = training.cache_folder("training").glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match=r"is damaged, or of another version .* Delete the file"):
        trained(steps=4)


def test_a_state_without_its_facts_is_a_sentence():
    trained(steps=2)
    (path,) = training.cache_folder("training").glob("*.safetensors")
    save_file(load_file(path), path)
    with pytest.raises(InputError, match=r"is damaged, or of another version .* Delete the file"):
        trained(steps=4)
    # The weights of the project are sound, and one that goes further needs no more.
    assert trained(steps=4, further=True).card["steps"] == 4


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


def test_a_network_is_trained_after_the_one_whose_weights_it_begins_with():
    """So that `train all --fresh`, as the docs have it, is a training from nothing."""
    plans = list(PLANS)
    begun = {name: plan.start_from for name, plan in PLANS.items() if plan.start_from}
    assert set(begun) == {"learned_primal_dual", "learned_primal_dual_varied"}
    assert all(plans.index(first) < plans.index(name) for name, first in begun.items())
    text = (RESULTS.parent / "training.md").read_text(encoding="utf-8")
    assert "python -m core train all --fresh" in text.partition("from\nnothing")[2][:120]


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


def test_going_further_does_not_depend_on_an_interrupted_training(monkeypatch):
    trained(steps=4)
    first = trained(steps=6, further=True).network.state_dict()
    first = {key: value.clone() for key, value in first.items()}
    trained(steps=4, fresh=True)
    (state,) = training.cache_folder("training").glob("*.safetensors")
    state.unlink()
    with monkeypatch.context() as patch:
        interrupt_after(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            trained(steps=4, seed=0, fresh=True, save_every=0)
    again = trained(steps=6, further=True).network.state_dict()
    for key, value in again.items():
        torch.testing.assert_close(value, first[key], atol=0, rtol=0)
