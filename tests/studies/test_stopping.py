"""When to stop, against the singular values of a small scanner in float64."""

import numpy as np
import pytest
import scipy.signal

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.landweber import Landweber
from core.methods.lsqr import LSQR
from core.methods.sart import SART
from core.methods.sirt import SIRT
from core.methods.support.parameter_selection import NoiseNorm, probe
from core.methods.support.stopping_rules import distance_from_white, stopping_choices
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.codec import decode, encode
from core.studies.filter_factors import cgls
from core.studies.measurements import measurement_of
from core.studies.stopping import StoppingResult, StoppingStudy

SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.05, seed=2),
)
FINER = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=40), detectors=64, detector_width=1.5),
    noise=GaussianNoise(level=0.03, seed=2),
)


def never(step, steps, **more):
    return False


@pytest.fixture(scope="module")
def svd():
    """The dense matrix of the scanner, taken apart; the data; the truth."""
    measurement = measurement_of(SCAN)
    matrix = measurement.operator.matrix().toarray().astype(np.float64)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    return measurement, left, values, right


def test_each_iterate_of_landweber_is_measured_as_its_filter_factors_say(svd):
    measurement, left, values, right = svd
    relaxation, count = 1.9, 40
    study = StoppingStudy(scan=SCAN, method=Landweber(relaxation=relaxation, iterations=count))
    curve = study.compute(never).curve
    data = measurement.data.ravel().astype(np.float64)
    signs, _ = probe(measurement.data)
    weight = relaxation / measurement.operator.norm_squared
    coefficients, seen = left.T @ data, left.T @ signs.ravel()
    truth = measurement.truth.ravel()
    for k in (0, 1, 7, count):
        factors = 1 - (1 - weight * values**2) ** k
        image = right.T @ (factors * coefficients / values)
        residual = np.linalg.norm(left @ (factors * coefficients) - data)
        assert curve.residual_norm[k] == pytest.approx(residual, rel=1e-4)
        # Hutchinson's estimate with the same signs: wᵀ U φ Uᵀ w.
        assert curve.freedom[k] == pytest.approx(np.sum(factors * seen**2), rel=2e-3, abs=0.05)
        error = np.linalg.norm(image - truth) / np.linalg.norm(truth)
        assert curve.snr[k] == pytest.approx(-20 * np.log10(error), abs=1e-3)
    assert list(curve.values) == list(range(count + 1))


def test_the_residuals_of_cgls_are_those_of_its_polynomials(svd):
    measurement, left, values, _ = svd
    data = measurement.data.ravel().astype(np.float64)
    coefficients = left.T @ data
    factors = cgls(values, coefficients, 8)
    outside = data @ data - coefficients @ coefficients
    curve = StoppingStudy(scan=SCAN, method=CGLS(iterations=8)).compute(never).curve
    for k in range(1, 6):  # later on float32 loses the orthogonality of the directions
        left_over = np.sum(((1 - factors[k - 1]) * coefficients) ** 2) + outside
        assert curve.residual_norm[k] == pytest.approx(np.sqrt(left_over), rel=1e-3)


@pytest.mark.parametrize(
    "method",
    [
        LSQR(iterations=25),
        CGLS(iterations=25),
        Landweber(iterations=200),
        SIRT(iterations=200),
        SART(iterations=15),
    ],
    ids=lambda method: method.name,
)
def test_the_rules_stop_near_the_best_and_the_discrepancy_at_the_noise(method):
    result = StoppingStudy(scan=FINER, method=method).compute(never)
    curve = result.curve
    rules = {choice.rule: choice.index for choice in result.choices}
    assert list(rules) == ["discrepancy", "ncp", "gcv", "oracle"]
    assert rules["oracle"] == np.nanargmax(curve.snr)
    assert 0 < rules["oracle"] < len(curve.values) - 1  # semi-convergence
    first = rules["discrepancy"]
    norms = curve.residual_norm
    assert norms[first] <= result.noise.value < norms[first - 1]
    for rule in ("ncp", "gcv", "discrepancy"):
        lost = curve.snr[rules["oracle"]] - curve.snr[rules[rule]]
        assert 0 <= lost < 1.5, rule
    assert curve.snr[rules["oracle"]] - curve.snr[-1] > 0.5  # what running on would have cost


def test_the_periodogram_tells_noise_from_a_pattern():
    random = np.random.default_rng(0)
    white = random.standard_normal((200, 64))
    smooth = np.cumsum(white, axis=1)
    assert distance_from_white(white) < 0.6 < 3 * distance_from_white(white)
    assert distance_from_white(smooth) > 3 * distance_from_white(white)
    # SciPy's periodogram, one-sided, without its halved last frequency.
    _, power = scipy.signal.periodogram(smooth, detrend=False, return_onesided=False, axis=1)
    power = power[:, 1:33]
    sums = np.cumsum(power, axis=1) / power.sum(axis=1, keepdims=True)
    expected = np.linalg.norm(sums - np.arange(1, 33) / 32, axis=1).mean()
    assert distance_from_white(smooth) == pytest.approx(expected, rel=1e-9)
    assert distance_from_white(np.zeros((3, 1))) == 0


def test_a_rule_that_finds_nothing_says_so():
    result = StoppingStudy(scan=SCAN, method=LSQR(iterations=3)).compute(never)
    choices = stopping_choices(result.curve, NoiseNorm(value=1e-6, known=False))
    assert choices[0].index is None
    assert "estimated noise" in choices[0].message
    assert "more iterations" in choices[0].message
    assert "take more iterations" in choices[1].message


def test_a_study_is_stopped_stored_and_refused():
    study = StoppingStudy(scan=SCAN, method=LSQR(iterations=9))
    early = study.compute(lambda step, steps, **more: step == 4)
    assert len(early.curve.values) == 5
    assert not study.complete(early)
    whole = study.compute(never)
    assert study.complete(whole)
    back = decode(StoppingResult, encode(whole))
    np.testing.assert_array_equal(back.curve.whiteness, whole.curve.whiteness)
    assert back.choices == whole.choices
    with pytest.raises(InputError, match="its iterations do not regularise"):
        StoppingStudy(scan=SCAN, method=FBP())
    with pytest.raises(InputError, match="3 iterations or more"):
        StoppingStudy(scan=SCAN, method=LSQR(iterations=2))


def test_the_methods_that_are_stopped_early_are_those_without_a_regulariser():
    early = {method.name for method in METHODS if method.stops_early}
    assert {"lsqr", "cgls", "landweber", "sirt", "sart"} <= early
    assert all(not method.strength for method in METHODS if method.stops_early)
