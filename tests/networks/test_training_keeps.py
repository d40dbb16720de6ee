"""Which weights a training replaces, and which it keeps."""

import pytest
import torch

from core.cli.train import train_networks
from core.errors import InputError
from core.networks import weights
from core.networks.training import training
from core.networks.training.training import Settings, train
from core.networks.training.training_objectives import Denoising
from tests.helpers.small_training import interrupt_after, trained

pytestmark = pytest.mark.usefixtures("small_training")


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


def test_a_loss_that_is_not_finite_ends_with_a_sentence(monkeypatch):
    nan = torch.tensor(float("nan"), requires_grad=True)
    monkeypatch.setattr(Denoising, "loss", lambda *_: nan)
    with pytest.raises(InputError, match=r"denoiser has diverged: .* at step 0"):
        trained()


def test_gradients_that_are_not_finite_end_with_a_sentence(monkeypatch):
    def endless(self, network, batch):
        weight = next(network.parameters())
        return (weight - weight.detach()).abs().sqrt().sum()  # 0, with an infinite gradient

    monkeypatch.setattr(Denoising, "loss", endless)
    with pytest.raises(InputError, match="denoiser has diverged"):
        trained()
    assert not weights.path_of("denoiser").exists()


def test_weights_saved_before_a_training_diverges_are_kept(monkeypatch):
    trained(steps=3)
    before = weights.digest_of("denoiser")
    (state,) = training.cache_folder("training").glob("*.safetensors")
    saved = state.read_bytes()
    monkeypatch.setattr(Denoising, "validate", lambda *_: {"σ = 0.01": float("nan")})
    with pytest.raises(InputError, match=r"denoiser has diverged: .* at step 3"):
        trained(steps=6, further=True, save_every=0)
    assert weights.digest_of("denoiser") == before
    assert state.read_bytes() == saved
