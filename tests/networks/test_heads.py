import h5py
import numpy as np
import pytest
import torch

from core.networks.data.heads import SHARES, patches, random_images, slices, validation_images
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


def test_nothing_on_screen_is_trained_on():
    with h5py.File(TRAINING_FILE) as training, h5py.File(IMAGES_FILE) as shown:
        assert not set(training) & set(shown)
        assert set(training) == set(SHARES)


def test_patches_show_something():
    cuts = patches(np.random.default_rng(0), 32, 10, (64, 96))
    assert cuts.shape == (10, 1, 32, 32)
    assert float(cuts.std((1, 2, 3)).min()) > 0.02
