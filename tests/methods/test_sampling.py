"""Samplers of the posterior: the exact one against dense algebra, the others against the exact."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.annealed_langevin import AnnealedLangevin
from core.methods.diffpir import DiffPIR
from core.methods.gaussian_posterior import GaussianSamples
from core.methods.split_gibbs import SplitGibbs
from core.methods.support import half_precision
from core.methods.support.data_prox import DataProx
from core.methods.support.gaussian_prior import (
    GaussianPrior,
    empty_covariance,
    fill,
    posterior_of,
)
from core.methods.support.sampling import BATCH, Noise, network_denoiser
from core.projection.projector import make_projector
from tests.helpers.dense import relative, small_problem

NOISE = 0.3


def exact_posterior(operator, prior, noise=NOISE):
    covariance = empty_covariance(operator)
    for _ in fill(covariance, operator, prior):
        pass
    return posterior_of(operator, prior, noise, covariance)


@pytest.fixture(scope="module")
def dense():
    """A tiny problem whose prior, posterior mean and covariance are whole matrices."""
    problem = small_problem(angles=7, detectors=11, width=1.3)
    prior = GaussianPrior(size=problem.operator.size, deviation=0.4, length=0.1)
    pixels = problem.image.size
    S = prior.covariance(np.eye(pixels).reshape(pixels, *problem.operator.dims))
    S = S.reshape(pixels, pixels)
    G = problem.G
    gain = S @ G.T @ np.linalg.inv(G @ S @ G.T + NOISE**2 * np.eye(len(G)))
    return problem, prior, S, gain


def test_the_prior_is_a_covariance_with_the_deviation_that_was_asked_for(dense):
    _, prior, S, _ = dense
    np.testing.assert_allclose(S, S.T, atol=1e-12)
    assert np.linalg.eigvalsh(S).min() > 0
    np.testing.assert_allclose(np.diag(S), 0.4**2, rtol=1e-9)
    root = prior.draw(np.eye(len(S)).reshape(-1, prior.size, prior.size)).reshape(S.shape)
    np.testing.assert_allclose(root @ root, S, atol=1e-12)


def test_mean_and_deviation_are_those_of_dense_algebra(dense):
    problem, prior, S, gain = dense
    posterior = exact_posterior(problem.operator, prior)
    mean = posterior.mean(problem.data)
    assert relative(mean.ravel(), gain @ problem.data.ravel()) < 1e-5
    # The most probable image is the same: Tikhonov's, with the inverse of S for its weights.
    precision = problem.G.T @ problem.G / NOISE**2 + np.linalg.inv(S)
    tikhonov = np.linalg.solve(precision, problem.G.T @ problem.data.ravel() / NOISE**2)
    assert relative(mean.ravel(), tikhonov) < 1e-5
    variance = np.diag(S - gain @ problem.G @ S)
    assert relative(posterior.deviation().ravel(), np.sqrt(variance)) < 1e-5


def test_the_samples_have_the_covariance_of_the_posterior(dense):
    """(x − μ)ᵀP⁻¹(x − μ) of draws from N(μ, P) has a χ² distribution."""
    problem, prior, S, gain = dense
    posterior = exact_posterior(problem.operator, prior)
    count, pixels = 400, len(S)
    random = np.random.default_rng(3)
    white = random.standard_normal((count, *problem.operator.dims))
    noise = random.standard_normal((count, *problem.operator.dimsd))
    samples = posterior.samples(problem.data, white, noise).reshape(count, -1)
    P = S - gain @ problem.G @ S
    off = samples - gain @ problem.data.ravel()
    squares = np.einsum("ci,ci->c", off, np.linalg.solve(P, off.T).T)
    assert stats.kstest(squares, stats.chi2(pixels).cdf).pvalue > 0.01
    assert stats.kstest(0.9 * squares, stats.chi2(pixels).cdf).pvalue < 1e-6  # it can fail
    one = off @ np.linalg.eigh(P)[1]  # along each axis of P
    ratio = one.var(axis=0) / np.linalg.eigvalsh(P)
    assert np.abs(ratio - 1).max() < 5 * np.sqrt(2 / count)


def test_what_no_ray_meets_keeps_the_deviation_of_the_prior():
    beam = ParallelBeam(views=EvenViews(angles=8, arc=30.0), detectors=8)
    operator = make_projector(24, beam)
    prior = GaussianPrior(size=24, deviation=0.25, length=0.01)
    deviation = exact_posterior(operator, prior).deviation()
    unseen = operator.columns_sum == 0
    assert unseen.any()
    assert deviation[unseen].max() == pytest.approx(0.25, rel=1e-3)
    assert deviation[unseen].min() > deviation[8:16, 8:16].max()


def test_the_wiener_filter_is_the_mean_of_what_a_noisy_copy_allows(dense):
    _, prior, S, _ = dense
    noisy = np.random.default_rng(0).standard_normal((2, prior.size, prior.size))
    expected = np.linalg.solve(S + 0.2**2 * np.eye(len(S)), S).T @ noisy.reshape(2, -1).T
    assert relative(prior.denoised(noisy, 0.2).reshape(2, -1), expected.T) < 1e-5


def test_the_prox_of_a_batch_minimises_for_each_of_its_images(dense):
    problem, _, _, _ = dense
    G, d = problem.G, problem.data.ravel()
    points = np.random.default_rng(1).standard_normal((3, *problem.operator.dims), np.float32)
    prox = DataProx(operator=problem.operator, data=problem.data, deviation=NOISE)
    found = prox(points, 0.1)
    system = G.T @ G / NOISE**2 + np.eye(len(G.T)) / 0.1**2
    for point, image in zip(points, found, strict=True):
        right = G.T @ d / NOISE**2 + point.ravel() / 0.1**2
        assert relative(image.ravel(), np.linalg.solve(system, right)) < 1e-3
    moved = prox(points, 0.1, np.stack([problem.data, problem.data + 1, problem.data]))
    np.testing.assert_allclose(moved[[0, 2]], found[[0, 2]], atol=1e-5)
    assert np.abs(moved[1] - found[1]).max() > 1e-3


SIZE = 48
SAMPLERS = {
    "diffpir": (DiffPIR(), (0.60, 0.75)),
    "split_gibbs": (SplitGibbs(), (0.80, 0.95)),
    "annealed_langevin": (AnnealedLangevin(), (0.92, 1.01)),
    "langevin, noise not matched": (AnnealedLangevin(matched=False), (1.01, 1.10)),
}
"""Samplers with the Wiener filter, and their spread over the exact one. The standard deviation
of these ratios over seeds is 0.01 with 24 samples; the prototype had 0.68, 0.87 and 0.97."""


@pytest.fixture(scope="module")
def known():
    """A scan whose prior is Gaussian, its data, and the exact spread of their posterior."""
    beam = ParallelBeam(views=EvenViews(angles=12), detectors=24, detector_width=2.0)
    operator = make_projector(SIZE, beam)
    prior = GaussianPrior(size=SIZE, deviation=0.25, length=0.04)
    random = np.random.default_rng(5)
    clean = operator.project(prior.draw(random.standard_normal((SIZE, SIZE))))
    noise = 0.1
    data = (clean + noise * random.standard_normal(clean.shape)).astype(np.float32)
    deviation = exact_posterior(operator, prior, noise).deviation()
    spread = float(np.sqrt(np.mean(np.square(deviation))))
    return operator, prior, data, noise / float(np.abs(data).mean()), spread


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_spread_of_a_sampler_over_the_exact_one(name, known):
    """Without its noise-matching the Langevin sampler leaves the range of the matched one."""
    operator, prior, data, share, exact = known
    method, (low, high) = SAMPLERS[name]
    method = replace(method, samples=24, data_noise=share)
    drawn = method.draws_with(prior.denoised, operator, data)
    samples = np.concatenate([one.images for one in drawn if one.finished])
    assert samples.shape == (24, SIZE, SIZE)
    ratio = float(np.sqrt(samples.var(axis=0, ddof=1).mean())) / exact
    assert low < ratio < high, ratio


def test_samples_depend_on_the_seed_and_not_on_the_batch(known):
    operator, prior, data, share, _ = known

    def drawn(**given):
        method = DiffPIR(steps=5, data_noise=share, **given)
        batches = method.draws_with(prior.denoised, operator, data)
        return np.concatenate([one.images for one in batches if one.finished])

    few, many = drawn(samples=2), drawn(samples=BATCH + 1)
    np.testing.assert_allclose(many[:2], few, atol=1e-5)
    assert np.abs(many[BATCH] - many[0]).max() > 0.01
    assert np.abs(drawn(samples=2, seed=1) - few).max() > 0.01
    np.testing.assert_array_equal(drawn(samples=2), few)


def test_the_steps_are_those_that_were_planned(known):
    operator, _, data, _, _ = known
    few = {"samples": BATCH + 2}
    for method in (
        GaussianSamples(**few),
        DiffPIR(steps=3, **few),
        SplitGibbs(sweeps=2, last_sweeps=1, **few),
        AnnealedLangevin(steps=10, **few),
    ):
        drawn = list(method.draws(operator, data))
        assert len(drawn) == method.steps_planned(operator)
        assert [len(one.images) for one in drawn if one.finished] == [BATCH, 2]
        means = [step.image for step in method.iterate(operator, data)]
        samples = np.concatenate([one.images for one in drawn if one.finished])
        assert len(means) == method.iterations_planned() + 1
        np.testing.assert_allclose(means[-1], samples.mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(means[1], samples[:2].mean(axis=0), atol=1e-6)


def test_the_noise_of_a_sample_is_its_own():
    noise = Noise(7, range(2, 4))
    first = np.random.default_rng([7, 2]).standard_normal((3, 3), np.float32)
    np.testing.assert_array_equal(noise((3, 3))[0], first)


def test_half_precision_changes_the_denoiser_by_little():
    random = np.random.default_rng(0)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    truth = (x**2 + 2 * y**2 < 0.5).astype(np.float32)
    noisy = truth[None] + 0.1 * random.standard_normal((1, 64, 64), np.float32)
    errors = [np.std(network_denoiser(half=half)(noisy, 0.1) - truth) for half in (False, True)]
    assert errors[0] < 0.06
    assert errors[1] == pytest.approx(errors[0], rel=0.02)


def test_half_precision_is_left_alone_where_the_processor_lacks_it(tmp_path, monkeypatch):
    noisy = np.random.default_rng(0).standard_normal((1, 32, 32), np.float32)
    whole = network_denoiser(half=False)(noisy, 0.1)
    for text, same in (("flags: avx2", True), ("flags: avx2 amx_bf16", False)):
        file = tmp_path / f"{same}"
        file.write_text(text)
        monkeypatch.setattr(half_precision, "CPU", file)
        half_precision.has_bfloat16.cache_clear()
        assert np.array_equal(network_denoiser(half=True)(noisy, 0.1), whole) == same
    monkeypatch.undo()
    half_precision.has_bfloat16.cache_clear()


def test_too_many_samples_are_refused_with_the_number_that_fits():
    method = DiffPIR(samples=200)
    method.check_fits(160)
    with pytest.raises(InputError, match="take 210 MB, and at most 40 MB are kept: 38 samples fit"):
        method.check_fits(512)
    replace(method, samples=38).check_fits(512)
    with pytest.raises(InputError, match="38 samples fit"):
        next(method.draws(make_projector(512, ParallelBeam(detectors=4)), np.ones((41, 4))))


def test_too_many_data_for_one_factor_are_refused_with_the_number_that_fits():
    operator = make_projector(64, ParallelBeam(views=EvenViews(angles=180), detectors=64))
    with pytest.raises(InputError, match=r"of 11520 data takes 1062 MB.*: 6614 data"):
        empty_covariance(operator)
