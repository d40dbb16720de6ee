import pickle

import pytest
import torch
from safetensors.torch import save_file

from core.errors import InputError
from core.networks import weights
from core.networks.catalogue import PLANS

CARD = {**dict.fromkeys(weights.CARD), "name": "denoiser", "steps": 3, "batch": 4}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def saved(folder):
    torch.manual_seed(0)
    network = PLANS["denoiser"].build()
    weights.save("denoiser", network.state_dict(), CARD)
    return network


def test_what_is_saved_is_loaded(saved):
    trained = weights.load("denoiser")
    assert trained.card["steps"] == 3
    for key, value in trained.network.state_dict().items():
        torch.testing.assert_close(value, saved.state_dict()[key], atol=1e-6, rtol=1e-3)
    assert not trained.network.training
    assert not any(p.requires_grad for p in trained.network.parameters())
    assert weights.load("denoiser") is trained


def test_new_weights_are_noticed(saved):
    before, digest = weights.load("denoiser"), weights.digest_of("denoiser")
    weights.save("denoiser", saved.state_dict(), {**CARD, "steps": 4})
    assert weights.load("denoiser") is not before
    assert weights.load("denoiser").card["steps"] == 4
    assert weights.digest_of("denoiser") != digest


def test_missing_weights_are_a_sentence(folder):
    with pytest.raises(InputError, match=r"denoiser\.safetensors is missing .* train denoiser"):
        weights.load("denoiser")
    assert weights.digest_of("denoiser") == ""


def test_an_unknown_network_is_a_sentence():
    with pytest.raises(InputError, match="no network 'oracle'; the networks are unet"):
        weights.load("oracle")


@pytest.mark.parametrize("kept", [0, 7, 2000])
def test_weights_cut_short_are_a_sentence(saved, kept):
    path = weights.path_of("denoiser")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="damaged or cut short"):
        weights.load("denoiser")


def test_a_pickle_is_never_opened(folder):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was opened",))

    weights.path_of("denoiser").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(InputError, match="damaged"):
        weights.load("denoiser")


def test_another_version_is_a_sentence(saved, monkeypatch):
    monkeypatch.setattr(weights, "FORMAT", weights.FORMAT + 1)
    with pytest.raises(InputError, match="another version"):
        weights.load("denoiser")


@pytest.mark.parametrize(
    "card",
    [{"name": "denoiser", "steps": 3}, {**CARD, "name": "unet"}, {**CARD, "steps": None}],
    ids=["incomplete", "of another network", "without a number of steps"],
)
def test_a_card_that_is_not_the_networks_is_a_sentence(folder, card):
    weights.save("denoiser", PLANS["denoiser"].build().state_dict(), card)
    with pytest.raises(InputError, match="another version"):
        weights.card_of("denoiser")


def test_a_card_that_is_no_card_is_a_sentence(folder):
    state = PLANS["denoiser"].build().state_dict()
    save_file(state, weights.path_of("denoiser"), metadata={"card": '["a", "list"]'})
    with pytest.raises(InputError, match="damaged"):
        weights.card_of("denoiser")


def test_how_many_images_it_has_seen(saved, tmp_path):
    assert weights.images_seen("denoiser") == 12
    assert weights.steps_made("denoiser") == 3
    # There are no weights of this one in this folder.
    assert weights.images_seen("unet") == weights.steps_made("unet") == 0


def test_another_architecture_is_a_sentence(folder):
    weights.save("denoiser", PLANS["unet"].build().state_dict(), CARD)
    with pytest.raises(InputError, match="another version"):
        weights.load("denoiser")


def shipped():
    """The networks of the app's methods, and those for DIVal that have been trained."""
    return [name for name in PLANS if not name.endswith("_dival") or weights.path_of(name).exists()]


@pytest.mark.parametrize("name", shipped())
def test_the_weights_of_the_project_load_and_say_what_they_are(name):
    trained = weights.load(name)
    card = trained.card
    assert card["name"] == name
    assert card["architecture"] == type(trained.network).__name__
    assert card["parameters"] == sum(p.numel() for p in trained.network.parameters())
    for key in ("data", "scan", "range", "steps", "seconds", "hardware", "curve"):
        assert card[key]


def test_all_weights_together_stay_small():
    total = sum(path.stat().st_size for path in weights.FOLDER.glob("*"))
    assert total < 36e6
