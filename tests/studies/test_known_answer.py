"""The small Gaussian problem of the page: what is exact, and what it says of the samplers."""

import numpy as np
import pytest

from core.methods.support.gaussian_prior import empty_covariance, fill, posterior_of
from core.problem.images import StoredImage
from core.studies import known_answer
from core.studies.codec import decode, encode
from core.studies.known_answer import KnownAnswer, samplers
from core.studies.known_posterior import Known
from core.studies.linear_estimate import STRENGTHS, bias_and_variance, rms


@pytest.fixture(scope="module")
def small():
    """The question on a smaller image."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_answer, "SIZE", 48)
        patch.setattr(known_answer, "DETECTORS", 24)
        patch.setattr(known_answer, "SAMPLES", 4)
        study = KnownAnswer(image=StoredImage(), views=10)
        seen = []

        def report(step, steps, *, part="", parts=(), image=None, history=None):
            seen.append((step, steps, len(parts[0].samplers)))
            return False

        yield study, study.compute(report), seen


def test_the_exact_answer_comes_first_and_each_sampler_after_it(small):
    study, known, seen = small
    assert study.complete(known)
    assert [one.name for one in known.samplers] == [
        "gaussian_posterior", "diffpir", "split_gibbs", "annealed_langevin", "plain_langevin",
    ]  # fmt: skip
    assert seen[0][2] == 1
    assert seen[-1][:2] == (seen[-1][1], seen[-1][1])
    steps = [step for step, _, _ in seen]
    assert steps == sorted(steps)
    again = decode(Known, encode(known))
    np.testing.assert_array_equal(again.samplers[2].images, known.samplers[2].images)


def test_the_exact_samples_spread_as_the_exact_deviation_says(small):
    _, known, _ = small
    by_name = {one.name: one for one in known.samplers}
    assert by_name["gaussian_posterior"].ratio == pytest.approx(1, abs=0.03)
    assert by_name["gaussian_posterior"].residual == pytest.approx(1, abs=0.1)
    assert by_name["diffpir"].ratio < by_name["split_gibbs"].ratio < 0.95
    assert by_name["annealed_langevin"].ratio < by_name["plain_langevin"].ratio
    # The truth was drawn from the prior: the error of the mean is one more draw of the posterior.
    assert known.error / known.spread == pytest.approx(1, abs=0.1)


def test_what_is_seen_loses_the_variance_of_the_prior_and_what_is_not_keeps_it(small):
    _, known, _ = small
    assert known.seen < 0.05
    assert 0.5 < known.unseen <= 1


def test_the_deviation_does_not_depend_on_the_truth(small):
    _, known, _ = small
    head = KnownAnswer(image=StoredImage(), views=10, truth="head", seed=5)
    stopped = head.compute(lambda *_, **__: True)
    assert len(stopped.samplers) == 1
    assert not head.complete(stopped)
    np.testing.assert_allclose(stopped.deviation, known.deviation, rtol=1e-5)
    assert rms(stopped.mean - known.mean) > 0.05


def test_bias_and_variance_are_those_of_many_repeated_measurements(small):
    study, known, _ = small
    operator, prior, noise = study.operator, study.prior, 0.3
    covariance = empty_covariance(operator)
    for _ in fill(covariance, operator, prior):
        pass
    bias, variance = bias_and_variance(operator, prior, covariance, known.truth, noise)
    number = int(np.argmin(np.abs(STRENGTHS - prior.deviation)))
    scaled = covariance * (STRENGTHS[number] / prior.deviation) ** 2
    unit = type(prior)(size=prior.size, deviation=float(STRENGTHS[number]), length=prior.length)
    posterior = posterior_of(operator, unit, noise, scaled)
    clean = operator.project(known.truth)
    without = posterior.mean(clean)
    assert bias[number] == pytest.approx(rms(without - known.truth), rel=1e-3)
    random = np.random.default_rng(0)
    moved = [
        posterior.mean(clean + noise * random.standard_normal(clean.shape)) - without
        for _ in range(40)
    ]
    assert variance[number] == pytest.approx(rms(np.stack(moved)), rel=0.05)
    # A wider prior is wrong by less and lets more noise through.
    assert (np.diff(bias) < 1e-6).all()
    assert (np.diff(variance) > 0).all()


def test_the_samplers_of_the_page_are_told_the_noise():
    assert {method.data_noise for method in samplers(0, 0.02)} == {0.02}


@pytest.mark.parametrize(
    ("noise", "deviation", "length"),
    [(0.2, 0.02, 0.04), (0.1, 0.02, 0.04), (0.2, 0.05, 0.04), (0.05, 0.02, 0.01)],
)
def test_samplers_run_where_the_data_are_little_but_noise(noise, deviation, length):
    study = KnownAnswer(image=StoredImage(), noise=noise, deviation=deviation, length=length)
    _, data, deviation = study._data(study.operator, study.prior)
    share = deviation / float(np.abs(data).mean())
    assert 1 < share < 1.3  # √(π/2) = 1.25 of noise alone
    assert samplers(0, share)[0].data_noise == share
