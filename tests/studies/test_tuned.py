"""Methods tuned with the truth and without it, against direct calls."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.admm import ADMM
from core.methods.back_projection import BackProjection
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.support.parameter_selection import discrepancy, gcv, noise_norm
from core.methods.support.reconstruction import reconstruct
from core.parameters import parameters_of
from core.problem import metrics
from core.problem.drawing import Drawing
from core.problem.images import StoredImage
from core.problem.measurement import Measurement
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan
from core.studies.solving import EndedError, iterates
from core.studies.sweep import ParameterSweep
from core.studies.tuned import (
    DISCREPANCY,
    GCV,
    candidate_values,
    tune_by_rule,
    tune_with_truth,
    tuned_parameter,
)

NOISY = Scan(
    size=64,
    image=StoredImage(),
    beam=ParallelBeam(views=EvenViews(angles=20), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.03, seed=2),
)
CLEAN = replace(NOISY, noise=NoNoise())
LEAST_SQUARES = RegularisedLeastSquares(iterations=15)


def no_report(*args, **kwargs):
    return False


@pytest.mark.parametrize(("scan", "rule", "name"), [(NOISY, "discrepancy", DISCREPANCY),
                                                    (CLEAN, "gcv", GCV)])  # fmt: skip
def test_a_rule_chooses_the_weight_that_the_sweep_of_the_workbench_shows(scan, rule, name):
    values = candidate_values(tuned_parameter(LEAST_SQUARES), LEAST_SQUARES.epsilon)
    sweep = ParameterSweep(
        scan=scan, method=replace(LEAST_SQUARES, epsilon=values[0]), parameter="epsilon",
        values=values,
    )  # fmt: skip
    result = sweep.compute(no_report)
    (choice,) = (choice for choice in result.choices if choice.rule == rule)
    tuned = tune_by_rule(LEAST_SQUARES, scan.simulate())
    assert (tuned.method.epsilon, tuned.rule) == (pytest.approx(values[choice.index]), name)


def test_the_discrepancy_principle_stops_at_the_first_iterate_that_fits_to_the_noise():
    measurement = NOISY.simulate()
    tuned = tune_by_rule(CGLS(iterations=40), measurement)
    noise = noise_norm(measurement).value
    residuals = [
        np.linalg.norm(measurement.operator.project(image) - measurement.data)
        for image in iterates(CGLS(iterations=40), measurement)
    ]
    k = tuned.method.iterations
    assert residuals[k] <= noise < residuals[k - 1]
    assert tuned.rule == DISCREPANCY


def test_without_noise_cross_validation_chooses_the_iterations():
    tuned = tune_by_rule(CGLS(iterations=12), CLEAN.simulate())
    assert tuned.rule == GCV
    assert 1 <= tuned.method.iterations <= 12


def test_the_oracle_stops_at_the_iterate_that_is_nearest_to_the_truth():
    measurement = NOISY.simulate()
    tuned = tune_with_truth(CGLS(iterations=40), measurement)
    history = reconstruct(CGLS(iterations=40), measurement).history
    assert tuned.value == history["iteration"][int(np.argmax(history["snr"]))]
    alone = reconstruct(tuned.method, measurement)
    assert alone.history.last("snr") == pytest.approx(history["snr"].max(), abs=1e-3)


def test_the_oracle_tunes_a_cutoff_and_keeps_the_image():
    measurement = NOISY.simulate()
    tuned = tune_with_truth(FBP(), measurement)
    assert tuned.parameter == "cutoff"
    plain, best = (
        metrics.snr(image, measurement.truth)
        for image in (reconstruct(FBP(), measurement).image, tuned.image)
    )
    assert best > plain + 0.1
    np.testing.assert_array_equal(tuned.image, reconstruct(tuned.method, measurement).image)


def test_what_cannot_be_tuned_says_so():
    measurement = NOISY.simulate()
    for tune in (tune_by_rule, tune_with_truth):
        with pytest.raises(InputError, match="no weight and no iterations"):
            tune(BackProjection(), measurement)
    data = Measurement(operator=measurement.operator, data=measurement.data)
    with pytest.raises(InputError, match="only where the true image is known"):
        tune_with_truth(FBP(), data)
    assert tuned_parameter(ADMM(prior="nonnegative")) is None


def test_a_search_ends_when_it_is_asked_to():
    for method in (CGLS(), FBP(), LEAST_SQUARES):
        for tune in (tune_by_rule, tune_with_truth):
            with pytest.raises(EndedError):
                tune(method, NOISY.simulate(), on_iterate=lambda image: True)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_strength_of_a_method_is_one_of_its_parameters(method):
    names = [parameter.name for parameter in parameters_of(method)]
    assert not method.strength or method.strength in names
    if method.family in ("classical", "proximal"):
        assert tuned_parameter(method()) is not None


def test_the_rules_agree_on_a_curve_without_freedom():
    curve = ParameterSweep(
        scan=NOISY, method=LEAST_SQUARES, parameter="epsilon", values=(0.3, 3.0, 30.0)
    ).compute(no_report).curve  # fmt: skip
    noise = noise_norm(NOISY.simulate())
    without = replace(curve, freedom=np.full(3, np.nan))
    assert discrepancy(without, noise).index == discrepancy(curve, noise).index
    assert gcv(curve).index is not None


def test_of_an_empty_image_no_weight_is_the_best():
    empty = replace(CLEAN, image=Drawing(shapes="disc 0 0 0 0.1")).simulate()
    with pytest.raises(InputError, match="The true image is empty"):
        tune_with_truth(LEAST_SQUARES, empty)
    assert tune_with_truth(CGLS(iterations=3), empty).parameter == "iterations"
