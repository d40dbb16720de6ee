import numpy as np
import pylops.utils.metrics
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from core.problem.images import SheppLogan, StoredImage
from core.problem.metrics import psnr, relative_residual, share_of, snr, ssim


def pairs():
    rng = np.random.default_rng(0)
    for truth in (StoredImage().read(320), SheppLogan().read(97), rng.normal(size=(64, 65)) * 1e3):
        for noise in (1e-4, 0.05, 2.0):
            yield (truth + noise * rng.standard_normal(truth.shape)).astype(truth.dtype), truth
        yield 1 - truth, truth
        yield np.zeros_like(truth), truth


def test_snr_is_that_of_pylops():
    for image, truth in pairs():
        # PyLops stays in float32: its mean of 1e5 squares is good to 1e-5 dB
        assert snr(image, truth) == pytest.approx(pylops.utils.metrics.snr(truth, image), abs=1e-4)


def test_psnr_and_ssim_are_those_of_scikit_image():
    for image, truth in pairs():
        span = float(np.ptp(truth))
        expected = peak_signal_noise_ratio(
            truth.astype(np.float64), image.astype(np.float64), data_range=span
        )
        assert psnr(image, truth) == pytest.approx(expected, abs=1e-9)
        expected = structural_similarity(
            truth.astype(np.float64), image.astype(np.float64), data_range=span
        )
        # In single precision squares near 1 lose 1e-7, against K₂² = 1e-3 in the denominator.
        assert ssim(image, truth) == pytest.approx(expected, abs=1e-5)


def test_the_truth_itself_is_perfect():
    truth = StoredImage().read(64)
    assert snr(truth, truth) == np.inf
    assert psnr(truth, truth) == np.inf
    assert ssim(truth, truth) == pytest.approx(1, abs=1e-6)
    assert relative_residual(truth, truth) == 0


def test_a_zero_image_has_an_snr_of_0_db_and_leaves_all_the_data():
    truth = StoredImage().read(64)
    assert snr(np.zeros_like(truth), truth) == pytest.approx(0, abs=1e-9)
    assert relative_residual(np.zeros_like(truth), truth) == pytest.approx(1)


def test_a_tenth_of_error_is_20_db():
    data = np.array([[3.0, 4.0]])
    assert snr(1.1 * data, data) == pytest.approx(20)
    assert relative_residual(1.1 * data, data) == pytest.approx(0.1)


@pytest.mark.filterwarnings("error")
def test_nothing_warns_where_there_is_no_contrast():
    flat, other = np.full((16, 16), 0.5), np.random.default_rng(0).random((16, 16))
    assert ssim(flat, flat) == pytest.approx(1)
    assert ssim(other, flat) == pytest.approx(0, abs=1e-6)
    assert psnr(other, flat) == -np.inf
    zero = np.zeros((16, 16))
    assert ssim(zero, zero) == 1
    assert snr(other, zero) == -np.inf
    assert relative_residual(other, zero) == np.inf


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.filterwarnings("error")
def test_an_image_that_blew_up_has_no_score(value):
    truth = StoredImage().read(64)
    image = truth.copy()
    image[3, 4] = value
    assert not np.isfinite(snr(image, truth))
    assert not np.isfinite(ssim(image, truth))
    assert not np.isfinite(relative_residual(image, truth))


def test_a_share_of_nothing_is_the_part_itself():
    part, whole = np.array([[3.0, 4.0]]), np.array([6.0, 8.0])
    assert share_of(part, whole) == pytest.approx(0.5)
    assert share_of(part, np.zeros(4)) == pytest.approx(5)
