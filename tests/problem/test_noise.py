import numpy as np
import pytest
import scipy.stats

from core.errors import InputError
from core.problem.noise import (
    NOISES,
    GaussianNoise,
    NoNoise,
    PoissonNoise,
)
from core.problem.noise._photons import poisson_counts
from core.problem.noise.base import LARGEST_ATTENUATION, attenuation_scale
from core.problem.noise.electronic import LEAST_COUNT, ElectronicNoise


@pytest.fixture
def clean():
    return np.random.default_rng(7).uniform(20, 100, (41, 160)).astype(np.float32)


def test_no_noise_is_a_copy(clean):
    data = NoNoise().apply(clean)
    np.testing.assert_array_equal(data, clean)
    assert data is not clean


def test_gaussian_noise_has_the_stated_deviation_and_no_bias(clean):
    noise = GaussianNoise(level=0.05, seed=3)
    residual = noise.apply(clean) - clean
    sigma = 0.05 * clean.mean()
    rays = clean.size
    assert noise.standard_deviation(clean) == pytest.approx(sigma, rel=1e-5)
    # Five standard errors of the sample's deviation and of its mean.
    assert residual.std() == pytest.approx(sigma, rel=5 / np.sqrt(2 * rays))
    assert abs(residual.mean()) < 5 * sigma / np.sqrt(rays)


def test_the_seed_makes_the_noise(clean):
    first, again, other = (GaussianNoise(level=0.01, seed=s).apply(clean) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_gaussian_noise_is_the_same_on_every_machine():
    ones = np.ones((1, 3), dtype=np.float32)
    # Written down once from PCG64(0); a change here changes every published picture.
    expected = 1 + 0.1 * np.array([[0.12573022, -0.13210486, 0.64042265]])
    np.testing.assert_allclose(GaussianNoise(level=0.1).apply(ones), expected, atol=1e-6)


def test_photon_noise_follows_poisson_statistics():
    photons = 1e4
    clean = np.repeat(np.float32([[10.0], [40.0], [80.0]]), 4000, axis=1)
    noise = PoissonNoise(photons=photons, seed=1)
    data = noise.apply(clean)
    scale = attenuation_scale(clean)
    assert scale * clean.max() == pytest.approx(LARGEST_ATTENUATION)
    counts = photons * np.exp(-scale * data)
    expected = (photons * np.exp(-scale * clean[:, 0])).astype(float)
    # A Poisson count's mean and variance are both its rate.
    for row, rate in zip(counts, expected.tolist(), strict=True):
        assert row.mean() == pytest.approx(rate, abs=5 * np.sqrt(rate / row.size))
        assert row.var() == pytest.approx(rate, rel=5 * np.sqrt(2 / row.size))


def test_counts_with_electronic_noise_have_both_variances():
    photons, electrons = 1e4, 40.0
    clean = np.repeat(np.float32([[10.0], [40.0], [80.0]]), 4000, axis=1)
    data = ElectronicNoise(photons=photons, electrons=electrons, seed=1).apply(clean)
    scale = attenuation_scale(clean)
    counts = photons * np.exp(-scale * data)
    expected = (photons * np.exp(-scale * clean[:, 0])).astype(float)
    for row, rate in zip(counts, expected.tolist(), strict=True):
        variance = rate + electrons**2
        assert row.mean() == pytest.approx(rate, abs=5 * np.sqrt(variance / row.size))
        assert row.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / row.size))


def test_without_electronics_the_photons_are_those_of_photon_noise(clean):
    for photons in (3, 1e3, 1e6):
        alone = PoissonNoise(photons=photons, seed=8).apply(clean)
        same = ElectronicNoise(photons=photons, electrons=0, seed=8).apply(clean)
        np.testing.assert_array_equal(same, alone)


def test_the_electronics_add_to_the_same_photons(clean):
    photons, electrons, scale = 1e4, 5.0, attenuation_scale(clean)
    noisy = ElectronicNoise(photons=photons, electrons=electrons, seed=8).apply(clean)
    alone = PoissonNoise(photons=photons, seed=8).apply(clean)
    added = photons * (np.exp(-scale * noisy) - np.exp(-scale * alone))
    assert added.std() == pytest.approx(electrons, rel=5 / np.sqrt(2 * clean.size))
    assert abs(added.mean()) < 5 * electrons / np.sqrt(clean.size)
    # Nor do they follow the photons: a correlation of independent numbers is about 1/√n.
    counts = photons * np.exp(-scale * alone) - photons * np.exp(-scale * clean)
    assert abs(np.corrcoef(added.ravel(), counts.ravel())[0, 1]) < 5 / np.sqrt(clean.size)


def test_readings_below_the_least_count_are_raised_to_it():
    clean = np.full((5, 200), 80, dtype=np.float32)
    data = ElectronicNoise(photons=100, electrons=50, seed=0).apply(clean)
    largest = -np.log(LEAST_COUNT / 100) / attenuation_scale(clean)
    assert np.isfinite(data).all()
    assert data.max() == pytest.approx(largest)
    assert 0.3 < (data > 0.999 * largest).mean() < 0.6  # about half of N(1.8, 50²) is below 1


@pytest.mark.parametrize(
    "noise",
    [
        GaussianNoise(level=0.05, seed=2),
        PoissonNoise(photons=1e4, seed=2),
        ElectronicNoise(photons=1e5, electrons=40, seed=2),
    ],
)
def test_residuals_over_their_deviation_are_standard(noise):
    clean = np.repeat(np.float32([[10.0], [40.0], [80.0]]), 4000, axis=1)
    residual = (noise.apply(clean) - clean) / noise.deviation(clean)
    # Five standard errors, and for photons the second-order terms: half of σ over the rate, 0.04.
    assert np.abs(residual.mean(axis=1)).max() < 5 / np.sqrt(4000) + 0.04
    np.testing.assert_allclose(residual.std(axis=1), 1, atol=5 / np.sqrt(2 * 4000))


@pytest.mark.parametrize("largest", [0.1, 3.0, 100.0, 1e4, 1e9])
def test_photon_counts_are_those_of_the_quantile_function(largest):
    random = np.random.default_rng(4)
    rate, uniform = largest * np.exp(-4 * random.random(400)), random.random(400)
    uniform[:3] = [1e-9, 1 - 1e-9, 0.5]
    expected = scipy.stats.poisson.ppf(uniform, rate)
    # Far out in the tail of the largest rates SciPy's own search ends a few photons early.
    allowed = 0.01 * np.sqrt(rate) if largest > 1e6 else 0
    assert (np.abs(poisson_counts(rate, uniform) - expected) <= allowed).all()


@pytest.mark.parametrize("photons", [10, 1e3, 1e6])
def test_slightly_different_clean_data_get_the_same_photon_noise(clean, photons):
    noise = PoissonNoise(photons=photons, seed=5)
    other = clean * (1 + 1e-5 * np.random.default_rng(1).standard_normal(clean.shape))
    difference = noise.apply(other.astype(np.float32)) - noise.apply(clean)
    # Of the noise's own size if the two went out of step; here a photon in a few rays.
    assert np.std(difference) < 0.05 * np.mean(noise.deviation(clean))


def test_a_starved_detector_stays_finite():
    data = PoissonNoise(photons=1, seed=0).apply(np.full((5, 50), 80, dtype=np.float32))
    assert np.isfinite(data).all()


def test_an_empty_scan_survives_photon_noise():
    data = PoissonNoise(photons=100, seed=0).apply(np.zeros((2, 3), dtype=np.float32))
    assert np.isfinite(data).all()


def test_the_family_lists_every_model_in_order():
    assert NOISES.parameter.choices[:3] == ("none", "gaussian", "poisson")
    assert NOISES.parameter.default == "none"
    assert {member.name for member in NOISES.members} == set(NOISES.parameter.choices)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: NOISES.parameter.parse("pink"), "Noise must be one of none, gaussian, poisson"),
        (lambda: GaussianNoise(level=-0.1), "Noise level must be from 0 to 1, not -0.1"),
        (lambda: PoissonNoise(photons=0), "Photons per ray must be from 1 to 1e"),
        (lambda: GaussianNoise(seed=-1), "Seed must be from 0"),
    ],
)
def test_a_wrong_noise_says_what_is_allowed(wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        wrong()
