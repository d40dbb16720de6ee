"""Heads painted from maps: that the maps fit the brain, and the layers around it."""

import numpy as np
import pytest
import torch

from core.networks.data.heads import slices
from core.networks.data.tissue_maps import (
    around,
    painted_head,
    sharpened,
    texture,
    tissue_shares,
)


@pytest.mark.parametrize("part", ["training", "validation"])
def test_the_maps_are_of_the_brain_beside_them(part):
    fluid, grey, white = tissue_shares(part)
    brain = slices("mni152", part)
    assert fluid.shape == brain.shape
    total = fluid + grey + white
    assert float(total.max()) <= 1 + 1e-6
    np.testing.assert_allclose(total[brain > 0], 1, atol=1e-6)
    assert total[brain == 0].mean() < 3e-3
    # In a T1-weighted image white matter is brighter than grey matter, and fluid is dark.
    means = [float((brain * share).sum() / share.sum()) for share in (fluid, grey, white)]
    assert means[0] < means[1] - 0.1
    assert means[1] < means[2] - 0.1


def test_held_out_maps_are_not_painted(monkeypatch):
    from core.networks.data import tissue_maps

    asked = []

    def listed(part):
        asked.append(part)
        return tissue_shares(part)

    monkeypatch.setattr(tissue_maps, "tissue_shares", listed)
    painted_head(np.random.default_rng(0), 32)
    assert asked == ["training"]


def test_sharpened_shares_add_up_to_the_same_and_have_fewer_mixed_pixels():
    shares = tissue_shares("training")[:, 20]
    sharp = sharpened(shares, 4)
    np.testing.assert_allclose(sharp.sum(0), shares.sum(0), atol=1e-6)
    np.testing.assert_allclose(sharpened(shares, 1), shares, atol=1e-6)
    np.testing.assert_array_equal(sharp.argmax(0), shares.argmax(0))
    mixed = [float((s.max(0) < 0.8)[shares.sum(0) > 0.99].mean()) for s in (shares, sharp)]
    assert mixed[1] < 0.5 * mixed[0]


def test_around_a_brain_lie_fluid_bone_and_scalp_and_then_air():
    rows, columns = np.mgrid[:256, :256] - 128
    distance = np.hypot(rows, columns)
    for seed in range(3):
        layers = around(np.random.default_rng(seed), distance < 70, (0.1, 2.0, 1.5, 0.5))
        assert layers[distance < 68] == pytest.approx(0.1, abs=1e-5)
        assert layers[distance > 110].max() == 0
        ring = layers[128, 128 + 70 :]
        bone, scalp = int(ring.argmax()), np.abs(ring - 0.5)
        assert 1 < ring.max() <= 2.001
        assert float(scalp[bone:].min()) < 0.05, "the scalp is outside the bone"


def test_gaps_between_the_halves_of_a_brain_are_inside_the_head():
    brain = np.zeros((256, 256), bool)
    brain[70:190, 60:125] = brain[70:190, 131:196] = True
    layers = around(np.random.default_rng(0), brain, (0.1, 2.0, 1.5, 0.5))
    assert layers[80:180, 128] == pytest.approx(0.1, abs=1e-5)


def test_texture_has_the_deviation_that_was_asked_for():
    field = texture(np.random.default_rng(0), (64, 64), 0.03)
    assert float(field.std()) == pytest.approx(0.03, rel=1e-5)
    beside = np.corrcoef(field[:, 1:].ravel(), field[:, :-1].ravel())[0, 1]
    assert beside > 0.5
    np.testing.assert_array_equal(texture(np.random.default_rng(0), (8, 8), 0.0), 0)


def test_painted_heads_have_many_contrasts_and_a_seed_repeats_them():
    heads = [painted_head(np.random.default_rng(seed), 96) for seed in range(12)]
    for seed, head in enumerate(heads):
        assert head.shape == (1, 1, 96, 96)
        assert 0 <= float(head.min()) <= float(head.max()) <= 1
        again = painted_head(np.random.default_rng(seed), 96)
        torch.testing.assert_close(head, again, atol=0, rtol=0)
    centres = [float(head[..., 40:56, 40:56].mean() / head.max()) for head in heads]
    assert min(centres) < 0.5 < max(centres)
