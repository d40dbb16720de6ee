import numpy as np
import pytest
from scipy.ndimage import shift as spline_shift
from skimage.data import shepp_logan_phantom
from skimage.transform import iradon, radon, resize

from core.errors import InputError
from core.problem.preparation.centre import (
    centre_by_mass,
    centre_by_pairs,
    centre_by_sharpness,
    moved_along_detectors,
)
from core.problem.preparation.intensities import (
    binned_detectors,
    binned_views,
    negative_logarithm,
    transmissions,
    without_outliers,
)
from core.problem.preparation.rings import remove_rings, remove_rings_by_sorting

SIZE = 96


@pytest.fixture(scope="module")
def image():
    """A phantom off the axis, so that its centre of mass moves."""
    phantom = resize(shepp_logan_phantom(), (SIZE // 2, SIZE // 2), anti_aliasing=True)
    square = np.zeros((SIZE, SIZE))
    square[30:78, 16:64] = phantom
    return square


def scanned(image, angles):
    return radon(image, angles, circle=True).T.astype(np.float32)


@pytest.fixture(scope="module")
def full_turn(image):
    angles = np.arange(0, 360, 3.0)
    return scanned(image, angles), angles


def error(one, other):
    return np.linalg.norm(one - other) / np.linalg.norm(other)


@pytest.mark.parametrize("shift", [0.25, -1.5, 3.0, 7.4])
def test_a_shift_is_that_of_a_smooth_row_and_is_undone_by_its_opposite(shift):
    x = np.arange(64.0)
    gaussian = np.exp(-((x - 30) ** 2) / 18)[None].astype(np.float32)
    moved = moved_along_detectors(gaussian, shift)
    np.testing.assert_allclose(moved[0], np.exp(-((x - 30 - shift) ** 2) / 18), atol=1e-5)
    np.testing.assert_allclose(moved_along_detectors(moved, -shift), gaussian, atol=1e-5)


def test_a_half_detector_keeps_detail_that_interpolation_blurs(full_turn):
    data = full_turn[0] + np.random.default_rng(0).normal(0, 1, full_turn[0].shape)
    there_and_back = moved_along_detectors(moved_along_detectors(data, 0.5), -0.5)
    linear = spline_shift(spline_shift(data, (0, 0.5), order=1), (0, -0.5), order=1)
    inside = slice(None), slice(2, -2)
    # What is left is the jump from border to border, seen from afar.
    assert error(there_and_back[inside], data[inside]) < 0.02
    assert error(linear[inside], data[inside]) > 0.06


@pytest.mark.parametrize("true", [-4.0, 1.3, 6.5])
@pytest.mark.parametrize("arc", [360, 180, 140])
def test_each_search_finds_a_shifted_axis(image, arc, true):
    angles = np.arange(0, arc, 3.0)
    clean = scanned(image, angles)
    noise = 0.02 * clean.max() * np.random.default_rng(0).standard_normal(clean.shape)
    data = moved_along_detectors(clean + noise, true)
    # scikit-image turns about pixel n/2, half a detector right of the middle.
    middle = 0.5
    assert centre_by_mass(data, np.deg2rad(angles)) == pytest.approx(true + middle, abs=0.15)
    if arc == 360:
        assert centre_by_pairs(data, angles) == pytest.approx(true + middle, abs=0.1)

    def fbp(sinogram):
        return iradon(sinogram.T, angles, circle=True)

    assert centre_by_sharpness(data, fbp, reach=9) == pytest.approx(
        true, abs=0.2 if arc >= 180 else 1.5
    )


def test_half_a_turn_compares_its_first_with_its_last_view(image):
    angles = np.arange(0, 180, 1.5)
    data = moved_along_detectors(scanned(image, angles), 3)
    assert centre_by_pairs(data, angles) == pytest.approx(3.5, abs=0.3)


def test_views_without_an_opposite_are_refused(full_turn):
    data, angles = full_turn
    with pytest.raises(InputError, match="from 0° to 117° are half a turn apart"):
        centre_by_pairs(data[:40], angles[:40])


def test_sorting_takes_stripes_out_and_leaves_the_object(full_turn):
    data, angles = full_turn
    random = np.random.default_rng(0)
    stripes = 0.1 * data.max() * random.standard_normal(SIZE) * (random.random(SIZE) < 0.1)
    striped = (data + stripes).astype(np.float32)
    cured = remove_rings_by_sorting(striped)

    def picture(sinogram):
        return iradon(sinogram.T, angles, circle=True)

    assert error(cured, data) < 0.6 * error(striped, data)
    assert error(picture(cured), picture(data)) < 0.6 * error(picture(striped), picture(data))


def test_wavelets_take_stripes_out_where_nothing_else_is_constant():
    views, detectors = np.mgrid[:120, :96]
    data = np.exp(-((detectors - 48 - 30 * np.cos(views / 19)) ** 2) / 200).astype(np.float32)
    stripes = np.where(np.arange(96) % 17 == 3, 0.2, 0)
    striped = (data + stripes).astype(np.float32)
    cured = remove_rings(striped, levels=3)
    # The mean over the views is the stripes' own frequency: what it should be, nobody can say.
    ripple = np.diff(cured.mean(axis=0))
    assert np.abs(ripple).max() < 0.3 * np.abs(np.diff(striped.mean(axis=0))).max()
    assert error(cured - cured.mean(axis=0), data - data.mean(axis=0)) < 0.2


def test_fields_and_logarithm_give_back_the_line_integrals(full_turn):
    data = full_turn[0] / full_turn[0].max() * 3
    random = np.random.default_rng(0)
    dark, white = random.uniform(90, 110, SIZE), random.uniform(5000, 9000, SIZE)
    counts = dark + (white - dark) * np.exp(-data)
    shares = transmissions(counts.astype(np.float32), white, dark)
    integrals = negative_logarithm(shares, 1e-4)
    assert integrals.changed == 0
    np.testing.assert_allclose(integrals.sinogram, data, atol=2e-5)


def test_what_is_clipped_is_counted():
    shares = np.array([[0.5, -0.01, 1e-6, 1.0]], np.float32)
    integrals = negative_logarithm(shares, 1e-3)
    assert integrals.changed == 2
    np.testing.assert_allclose(
        integrals.sinogram, -np.log([[0.5, 1e-3, 1e-3, 1.0]]), rtol=1e-6, atol=1e-7
    )


def test_a_flat_field_without_a_beam_is_refused():
    counts, white = np.ones((2, 4), np.float32), np.array([5, 0, 5, 0], np.float32)
    with pytest.raises(InputError, match=r"is 0 at detector 2 and not positive at 2 of 4"):
        transmissions(counts, white)
    with pytest.raises(InputError, match="minus the dark field is 0 at detector 1"):
        transmissions(counts, np.full(4, 3, np.float32), np.full(4, 3, np.float32))
    with pytest.raises(InputError, match=r"Every transmission is below 0.001"):
        negative_logarithm(counts * 1e-5, 1e-3)


def test_zingers_are_replaced_and_nothing_else(full_turn):
    data, _ = full_turn
    noisy = data + np.random.default_rng(0).normal(0, 0.3, data.shape).astype(np.float32)
    hit = noisy.copy()
    places = np.random.default_rng(2).choice(data.size, 40, replace=False)
    hit.ravel()[places] += 60
    cured = without_outliers(hit, 8)
    assert 40 <= cured.changed < 60
    assert error(cured.sinogram, noisy) < 0.1 * error(hit, noisy)


def test_bins_are_means():
    data = np.arange(4 * 7, dtype=np.float32).reshape(4, 7)
    np.testing.assert_array_equal(binned_detectors(data, 2)[0], [0.5, 2.5, 4.5])
    np.testing.assert_array_equal(binned_detectors(data, 3)[0], [1, 4])
    views, angles = binned_views(data, np.array([0.0, 2, 4, 6]), 2)
    np.testing.assert_array_equal(angles, [1, 5])
    np.testing.assert_array_equal(views[0], data[:2].mean(axis=0))
