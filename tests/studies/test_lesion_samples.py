"""The lesion in the samples, and the likelihood ratio of the data."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.methods.gaussian_posterior import GaussianSamples
from core.problem.images import Lesion
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.codec import decode, encode
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.lesion_samples import LesionQuestion, LesionSamples

SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=20), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.01),
)
LARGE = Lesion(radius=0.2, contrast=0.3)
QUESTION = LesionQuestion(
    scan=SCAN,
    lesion=LARGE,
    method=GaussianSamples(samples=6),
    singles=(EvaluatedMethod(method=FBP()),),
)


def no_report(*_, **__):
    return False


@pytest.fixture(scope="module")
def found():
    return QUESTION.compute(no_report)


def test_a_large_lesion_shows_in_every_sample_that_has_one(found):
    assert QUESTION.complete(found)
    assert (found.shares > 0.6).all()
    assert (np.abs(found.shares_without) < 0.3).all()
    assert found.separation == 1
    (single,) = found.singles
    assert single.title == "Filtered back-projection"
    assert single.shown > 0.6 > 0.3 > abs(single.without)
    again = decode(LesionSamples, encode(found))
    assert again.singles == found.singles
    assert again.log_ratios == found.log_ratios


def test_the_share_is_0_for_the_truth_without_and_1_for_that_with_the_lesion():
    truths = [scan.simulate().truth for scan in (SCAN, QUESTION.sick)]
    np.testing.assert_allclose(QUESTION.share_of(np.stack(truths)), [0, 1], atol=1e-6)


def test_the_log_likelihood_ratio_is_that_of_the_densities(found):
    healthy, sick = SCAN.simulate(), QUESTION.sick.simulate()
    noise = np.sqrt(np.mean(SCAN.noise.deviation(healthy.clean) ** 2))
    G = healthy.operator
    means = [G.project(one.truth).astype(np.float64) for one in (healthy, sick)]
    for ratio, one in zip(found.log_ratios, (healthy, sick), strict=True):
        without, shown = (stats.norm(mean, noise).logpdf(one.data).sum() for mean in means)
        assert ratio == pytest.approx(shown - without, rel=1e-3)
    trace = np.linalg.norm(means[1] - means[0]) / noise
    assert found.trace == pytest.approx(trace, rel=1e-4)
    assert found.log_ratios[1] == pytest.approx(trace**2 / 2, abs=4 * trace)
    assert found.log_ratios[0] == pytest.approx(-(trace**2) / 2, abs=4 * trace)


def test_a_stop_keeps_the_samples_that_are_there():
    steps = QUESTION.method.steps_planned(SCAN.operator())
    found = QUESTION.compute(lambda step, total, **_: step > steps)
    assert len(found.without) == 6
    assert len(found.shown) == 0
    assert not QUESTION.complete(found)
    assert np.isnan(found.separation)


def test_a_lesion_that_changes_nothing_is_refused():
    outside = replace(QUESTION, lesion=Lesion(x=0.9, y=0.9, radius=0.05, contrast=-0.3))
    with pytest.raises(InputError, match="move it into the head"):
        outside.compute(no_report)
