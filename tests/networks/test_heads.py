import h5py
import numpy as np
import pytest
import torch

from core.networks import weights
from core.networks.catalogue import PLANS
from core.networks.data.heads import (
    PEOPLE,
    SHARES,
    patches,
    people_seen,
    random_images,
    slices,
    validation_images,
)
from core.problem.stored import IMAGES_FILE, TRAINING_FILE


@pytest.mark.parametrize("size", [64, 160])
def test_training_images_are_pictures_from_0_to_1(size):
    images = random_images(np.random.default_rng(0), size, 12)
    assert images.shape == (12, 1, size, size)
    assert images.dtype == torch.float32
    assert float(images.min()) >= 0
    torch.testing.assert_close(images.amax((1, 2, 3)), torch.ones(12))
    assert len({float(image.mean()) for image in images}) == 12


def test_a_seed_gives_the_same_images():
    first, again = (random_images(np.random.default_rng(3), 64, 3) for _ in range(2))
    torch.testing.assert_close(first, again, atol=0, rtol=0)


def test_validation_slices_are_not_trained_on():
    for name in SHARES:
        held, used = slices(name, "validation"), slices(name, "training")
        assert not any(np.array_equal(a, b) for a in held for b in used)
        with h5py.File(TRAINING_FILE) as file:
            assert len(held) + len(used) == len(file[name]["reconstruction_rss"])
    assert validation_images(96, 4).shape == (4, 1, 96, 96)


def test_whose_heads_are_trained_on_is_what_the_file_says():
    assert {name: len(slices(name, "training")) for name in SHARES} == {
        name: number for name, (number, _) in PEOPLE.items()
    }
    with h5py.File(TRAINING_FILE) as file:
        titles = {name: file[name].attrs["title"].split(", ")[0] for name in SHARES}
    assert titles == {"s1": "One subject", "mni152": "MNI152 average", "ants": "Six subjects"}
    assert [whose for _, whose in PEOPLE.values()] == [
        "one person",
        "the average of 152 people",
        "six people",
    ]
    assert people_seen(SHARES) == (
        "heads of one person (65 slices, drawn in 60 %), the average of 152 people (47 slices, "
        "drawn in 25 %), six people (6 slices, drawn in 15 %)"
    )


@pytest.mark.parametrize("name", PLANS)
def test_the_card_of_every_network_says_whose_heads_it_has_seen(name):
    """Where the file was written before cards said so, too."""
    card = weights.completed(name, weights.card_of(name))
    if PLANS[name].benchmark:
        assert "people" not in card  # random ellipses
    elif name == "learned_primal_dual_varied":
        assert card["people"] == (
            "heads of one person (65 slices), the average of 152 people (47 slices), six people "
            "(6 slices)"
        )
    else:
        assert card["people"] == people_seen(SHARES)


def test_nothing_on_screen_is_trained_on():
    with h5py.File(TRAINING_FILE) as training, h5py.File(IMAGES_FILE) as shown:
        assert not set(training) & set(shown)
        assert set(training) == set(SHARES)


def test_patches_show_something():
    cuts = patches(np.random.default_rng(0), 32, 10, (64, 96))
    assert cuts.shape == (10, 1, 32, 32)
    assert float(cuts.std((1, 2, 3)).min()) > 0.02
