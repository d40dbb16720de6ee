import numpy as np
import pytest
from skimage.data import shepp_logan_phantom
from skimage.transform import downscale_local_mean

from core.errors import InputError
from core.problem.images import RandomEllipses, SheppLogan, parse_image
from core.problem.phantoms import random_ellipses, rasterise


def ellipse(value=1.0, a=0.5, b=0.25, x=0.0, y=0.0, degrees=0.0):
    return np.array([[value, a, b, x, y, np.deg2rad(degrees)]])


def test_shepp_logan_agrees_with_scikit_image():
    # scikit-image stores a 400² picture in 8 bits, drawn without averaging at the edges: the two
    # differ along them, and nowhere else.
    stored = downscale_local_mean(shepp_logan_phantom(), (4, 4))
    drawn = SheppLogan().read(100)
    difference = np.abs(stored - drawn)
    assert np.median(difference) < 0.005
    assert difference.mean() < 0.01
    assert (difference > 0.2).mean() < 0.01


def test_an_ellipse_has_its_area_centre_and_value():
    image = rasterise(ellipse(value=2.0, a=0.4, b=0.2, x=0.3, y=0.25), 200, oversampling=4)
    pixel = (2 / 200) ** 2
    assert image.max() == 2
    assert image.sum() / 2 * pixel == pytest.approx(np.pi * 0.4 * 0.2, rel=1e-3)
    row, column = np.mgrid[:200, :200]
    centre_row, centre_column = (np.average(index, weights=image) for index in (row, column))
    # y = 0.25 is above the middle: a row nearer to 0
    assert centre_row == pytest.approx(100 * (1 - 0.25) - 0.5, abs=0.05)
    assert centre_column == pytest.approx(100 * (1 + 0.3) - 0.5, abs=0.05)


def test_an_ellipse_turns_anticlockwise():
    image = rasterise(ellipse(a=0.8, b=0.1, degrees=45), 64)
    assert image[16, 48] == 1  # upper right
    assert image[16, 16] == 0  # upper left
    np.testing.assert_array_equal(
        rasterise(ellipse(a=0.8, b=0.1, degrees=90), 64),
        rasterise(ellipse(a=0.1, b=0.8), 64),
    )


def test_boxes_around_ellipses_cut_nothing_off():
    rng = np.random.default_rng(1)
    ellipses = random_ellipses(rng)
    centres = (np.arange(64) + 0.5) / 32 - 1
    x, y = centres[None, :], -centres[:, None]
    expected = np.zeros((64, 64))
    for value, a, b, x0, y0, turn in ellipses:
        u = (x - x0) * np.cos(turn) + (y - y0) * np.sin(turn)
        v = (y - y0) * np.cos(turn) - (x - x0) * np.sin(turn)
        expected += value * ((u / a) ** 2 + (v / b) ** 2 <= 1)
    np.testing.assert_allclose(rasterise(ellipses, 64), expected, atol=1e-12)


def test_random_ellipses_are_drawn_as_the_paper_says():
    rng = np.random.default_rng(0)
    drawn = [random_ellipses(rng) for _ in range(400)]
    counts = np.array([len(ellipses) for ellipses in drawn])
    value, a, b, x, y, turn = np.concatenate(drawn).T
    # Means of about 20 000 values: four standard errors as tolerance.
    assert counts.mean() == pytest.approx(50, abs=4 * np.sqrt(50 / 400))
    assert counts.var() == pytest.approx(50, rel=0.3)
    n = len(value)
    # The variance of a product: E(U²)·E(X²) = 1/12 · 2·0.4².
    assert value.mean() == pytest.approx(0, abs=4 * np.sqrt(0.32 / 12 / n))
    assert value.var() == pytest.approx(0.32 / 12, rel=0.1)
    for axis in (a, b):
        assert axis.mean() == pytest.approx(0.2, abs=4 * 0.2 / np.sqrt(n))
        assert (axis > 0.2).mean() == pytest.approx(np.exp(-1), abs=0.02)
    for centre in (x, y):
        assert abs(centre).max() <= 1
        assert centre.var() == pytest.approx(1 / 3, rel=0.05)
    assert turn.min() >= 0
    assert turn.mean() == pytest.approx(np.pi, rel=0.05)


def test_training_phantoms_keep_their_negative_values():
    rng = np.random.default_rng(5)
    images = [rasterise(random_ellipses(rng), 128) for _ in range(5)]
    assert all(image.min() < 0 < image.max() for image in images)


def test_a_seed_draws_one_picture_at_every_size():
    small = RandomEllipses(seed=3).read(64)
    large = RandomEllipses(seed=3).read(128)
    other = RandomEllipses(seed=4).read(64)
    halved = downscale_local_mean(large, (2, 2))
    assert np.abs(halved - small).mean() < 0.01
    assert np.abs(other - small).mean() > 0.05


def test_a_picture_of_ellipses_stays_in_the_disc_that_the_scanner_sees():
    image = RandomEllipses(seed=0).read(128)
    centres = np.arange(128) + 0.5 - 64
    outside = np.hypot(centres, centres[:, None]) > 65
    assert (image[outside] == 0).all()


def test_bad_phantoms_are_refused():
    with pytest.raises(InputError, match="shepp_logan, ellipses"):
        parse_image("no_phantom")
    with pytest.raises(InputError, match="Seed"):
        RandomEllipses(seed=-1)
