"""Coverage, spread over skill and recalibration on samples whose distribution is known."""

import numpy as np
import pytest

from core.problem.calibration import (
    LEVELS,
    Errors,
    alpha_of,
    blurred_correlation,
    errors_of,
    grain,
    object_pixels,
    width_of,
)

SIZE, COUNT = 128, 12


def drawn(seed, wide=1.0, uneven=True):
    """Truth and samples of one Gaussian for each pixel; the samples `wide` times as wide."""
    random = np.random.default_rng(seed)
    centre = 2 + random.random((SIZE, SIZE))
    deviation = np.exp(random.normal(0, 0.7, (SIZE, SIZE))) * 0.1 if uneven else 0.1
    truth = centre + deviation * random.standard_normal((SIZE, SIZE))
    samples = centre + wide * deviation * random.standard_normal((COUNT, SIZE, SIZE))
    return samples.astype(np.float32), truth.astype(np.float32)


def test_samples_of_the_right_distribution_are_calibrated():
    errors = errors_of(*drawn(0))
    assert errors.spread_over_skill == pytest.approx(1, abs=0.03)
    for level in LEVELS:
        assert errors.coverage(level) == pytest.approx(level, abs=0.012)
    assert errors.correlation > 0.3


@pytest.mark.parametrize(("wide", "expected"), [(0.5, 0.624), (2.0, 0.997)])
def test_samples_that_are_too_narrow_or_too_wide_are_not(wide, expected):
    """The ratio of an error and its estimated spread has Student's distribution, 1/wide as wide.

    The error of the mean of 12 draws of deviation w is that of truth and mean together.
    """
    samples, truth = drawn(1, wide)
    errors = errors_of(samples, truth)
    skill = np.sqrt(1 + wide**2 / COUNT) / (wide * np.sqrt(1 + 1 / COUNT))
    assert errors.spread_over_skill == pytest.approx(1 / skill, rel=0.03)
    from scipy import stats

    t = stats.t(COUNT - 1)
    exact = t.cdf(t.ppf(0.95) / skill) - t.cdf(-t.ppf(0.95) / skill)
    assert exact == pytest.approx(expected, abs=0.02)
    assert errors.coverage() == pytest.approx(exact, abs=0.012)


def test_a_factor_from_other_images_mends_the_coverage_and_keeps_the_quarters_alike():
    others = tuple(errors_of(*drawn(seed, 0.4)) for seed in (2, 3))
    alpha, width = alpha_of(others), width_of(others)
    errors = errors_of(*drawn(4, 0.4))
    assert errors.coverage() < 0.6
    assert errors.coverage(alpha=alpha) == pytest.approx(0.9, abs=0.012)
    assert errors.coverage_of_width(width) == pytest.approx(0.9, abs=0.012)
    quarters = [errors.only(part) for part in errors.quarters()]
    assert sum(len(part.errors) for part in quarters) == SIZE**2
    scaled = [part.coverage(alpha=alpha) for part in quarters]
    constant = [part.coverage_of_width(width) for part in quarters]
    assert max(scaled) - min(scaled) < 0.12
    # One width for all is too wide where the samples agree, too narrow where they do not.
    assert constant[0] > 0.98
    assert constant[3] < 0.8


def test_a_map_without_information_has_no_correlation():
    samples, truth = drawn(5, uneven=False)
    assert abs(errors_of(samples, truth).correlation) < 0.03
    assert abs(blurred_correlation(samples, truth, 2.0)) < 0.15
    assert blurred_correlation(*drawn(5), 0.01) == pytest.approx(
        errors_of(*drawn(5)).correlation, abs=0.01
    )


def test_samples_that_agree_cover_only_where_they_are_right():
    truth = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    samples = np.repeat(truth[None], 3, axis=0)
    assert errors_of(samples, truth).coverage() == 1
    samples[:, 0, 0] += 1
    errors = errors_of(samples, truth)
    assert errors.coverage() == 0.75
    assert errors.spread_over_skill == 0
    assert np.isnan(errors.correlation)
    single = errors_of(samples[:1], truth)
    assert isinstance(single, Errors)
    assert single.coverage() == 0.75


def test_the_object_is_what_is_bright_and_what_it_encloses():
    truth = np.zeros((20, 20), np.float32)
    truth[4:16, 4:16] = 1
    truth[8:12, 8:12] = 0
    inside = object_pixels(truth)
    assert inside.sum() == 144
    assert object_pixels(0 * truth).all()


def test_grain_is_the_power_of_what_is_fine():
    random = np.random.default_rng(3)
    truth = random.standard_normal((64, 64)).astype(np.float32)
    smooth = np.repeat(np.repeat(random.random((8, 8)), 8, axis=0), 8, axis=1)
    assert grain(np.stack([truth, truth + 3]), truth) == pytest.approx(1, rel=1e-5)
    assert grain(2 * truth[None], truth) == pytest.approx(4, rel=1e-5)
    assert grain(smooth[None], truth) < 0.05
    assert np.isnan(grain(truth[None], 0 * truth))
