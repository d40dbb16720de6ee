"""What the strip of architectures says of each, against counts by hand and theory."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.networks import gallery
from core.networks.gallery import ARCHITECTURES, extent, field, operations, shift_error, weights

SIZE = 64


@pytest.fixture(scope="module")
def fields():
    return {name: field(name, SIZE) for name in ARCHITECTURES}


def test_weights_are_counted_as_by_hand():
    n, c, hidden = 64 * 64, gallery.CHANNELS, gallery.HIDDEN
    assert weights("mlp", 64) == 2 * n * hidden + hidden + n
    inner = gallery.LAYERS - 2
    assert weights("cnn", 64) == (9 * c + c) + inner * (9 * c * c + c) + (9 * c + 1)
    body = gallery.BLOCKS * 2 * (9 * c * c + c)
    assert weights("resnet", 64) == (9 * c + c) + body + (9 * c + 1)
    # Those of convolutions do not depend on the picture; an MLP's grow with its pixels.
    for name in ("cnn", "resnet", "unet", "diffusion"):
        assert weights(name, 64) == weights(name, 320)
    assert weights("mlp", 128) > 3.9 * weights("mlp", 64)
    assert weights("transformer", 128) - weights("transformer", 64) == gallery.WIDTH * (256 - 64)


def test_arithmetic_is_counted_as_by_hand():
    n, c = 64 * 64, gallery.CHANNELS
    assert operations("mlp", 64) == 2 * 2 * n * gallery.HIDDEN
    layers = 9 * c + (gallery.LAYERS - 2) * 9 * c * c + 9 * c
    assert operations("cnn", 64) == 2 * n * layers
    # Attention compares all pairs of patches: its part grows with the square of the pixels.
    assert operations("transformer", 128) > 4 * operations("transformer", 64)


@pytest.mark.parametrize("count", [weights, operations])
def test_what_is_counted_holds_no_numbers(count, monkeypatch):
    counted, architecture = [], ARCHITECTURES["mlp"]

    def make(size):
        counted.append(architecture.make(size))
        return counted[-1]

    monkeypatch.setitem(ARCHITECTURES, "mlp", replace(architecture, make=make))
    count("mlp", SIZE)
    (network,) = counted
    assert {parameter.device.type for parameter in network.parameters()} == {"meta"}


def test_the_measured_field_is_that_of_the_theory(fields):
    assert extent(fields["mlp"]) == extent(fields["transformer"]) == SIZE
    assert extent(fields["cnn"]) == 2 * gallery.LAYERS + 1
    assert extent(fields["resnet"]) == 2 * (2 * gallery.BLOCKS + 2) + 1
    assert extent(fields["unet"]) > 2 * extent(fields["resnet"])
    middle = SIZE // 2
    for name in ("cnn", "resnet", "unet", "diffusion"):  # what is near counts for more
        rows, columns = np.indices((SIZE, SIZE)) - middle
        near = np.hypot(rows, columns) < 12
        assert fields[name][near].mean() > 2 * fields[name].mean()
    for sensitivity in fields.values():
        assert sensitivity.max() == 1
        assert sensitivity.min() >= 0


def test_convolutions_alone_do_the_same_everywhere():
    errors = {name: shift_error(name, 96) for name in ARCHITECTURES}
    assert errors["cnn"] < 1e-5
    assert errors["resnet"] < 1e-5
    for name in ("mlp", "transformer", "unet", "diffusion"):
        assert errors[name] > 0.01
    assert errors["mlp"] > 0.5
    # A U-Net is moved exactly by as many pixels as its coarsest grid is wide.
    assert shift_error("unet", 96, moved=8) < 0.1 * errors["unet"]


def test_the_same_seed_gives_the_same_network():
    first, again = gallery.made("unet", 64), gallery.made("unet", 64)
    other = gallery.made("unet", 64, seed=1)
    x = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(first(x), again(x))
        assert not torch.equal(first(x), other(x))
        assert first(x).norm() > 0
