"""Ensemble and dropout of the small network."""

import numpy as np
import pytest
import torch

from core.networks.architectures.tiny_unet import SmallNetwork
from core.problem.images import StoredImage
from core.studies.codec import decode, encode
from core.studies.network_uncertainty import NetworkImages, NetworkUncertainty

STUDY = NetworkUncertainty(image=StoredImage(), members=2, steps=10, passes=3, dropout=0.3)


@pytest.fixture(scope="module")
def found():
    seen = []

    def report(step, steps, *, part="", parts=(), image=None, history=None):
        seen.append((step, steps, part, len(parts)))
        return False

    return STUDY.compute(report), seen


def test_the_ensemble_comes_first_and_then_the_passes_with_dropout(found):
    result, seen = found
    assert STUDY.complete(result)
    ensemble, dropout = result
    assert (ensemble.name, dropout.name) == ("ensemble", "dropout")
    assert ensemble.images.shape == (2, 96, 96)
    assert dropout.images.shape == (3, 96, 96)
    for one in result:
        assert np.abs(one.images[0] - one.images[1]).max() > 1e-3
        assert one.alpha > 0
    assert seen[0][:2] == (0, 30)
    assert seen[-1][0] == 30
    assert {one[2] for one in seen} == {
        "network 1 of 2", "network 2 of 2", "the one with dropout",
    }  # fmt: skip
    again = decode(tuple[NetworkImages, ...], encode(result))
    np.testing.assert_array_equal(again[1].images, dropout.images)


def test_it_can_be_repeated(found):
    ensemble, dropout = STUDY.compute(lambda *_, **__: False)
    np.testing.assert_array_equal(ensemble.images, found[0][0].images)
    np.testing.assert_array_equal(dropout.images, found[0][1].images)


def test_a_stop_keeps_the_networks_that_are_trained():
    found = STUDY.compute(lambda step, *_, **__: step > 22)
    assert [one.name for one in found] == ["ensemble"]
    assert not STUDY.complete(found)
    assert STUDY.compute(lambda step, *_, **__: step > 5) == ()


def test_dropout_leaves_channels_out_in_training_only():
    start = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        network = SmallNetwork(3, dropout=0.5)
        first, second = network(start), network(start)
        assert not torch.equal(first, second)
        again = SmallNetwork(3, dropout=0.5)
        torch.testing.assert_close(again(start), first)
        network.eval()
        torch.testing.assert_close(network(start), SmallNetwork(3)(start))
        channels = network.train().drop(torch.ones(1, 1000, 2, 2))
    assert set(channels.unique().tolist()) == {0.0, 2.0}
    assert float(channels.mean()) == pytest.approx(1, abs=0.1)
    assert (channels.amax((2, 3)) == channels.amin((2, 3))).all()
