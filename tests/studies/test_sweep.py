"""A sweep over a parameter: what it measures, how it is asked, stopped, stored and refused."""

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.convex_ridge import ConvexRidgeMethod
from core.methods.fbp import FBP
from core.methods.fista import FISTA
from core.methods.lsqr import LSQR
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.smooth_least_squares import SmoothLeastSquares
from core.methods.support.parameter_selection import NoiseNorm, SweepCurve
from core.methods.support.reconstruction import reconstruct
from core.parameters import parameters_of
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.codec import decode, encode
from core.studies.measurements import measurement_of
from core.studies.sweep import ParameterSweep, SweepResult, sweepable, values_around

SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=15), detectors=40, detector_width=1.6),
    noise=GaussianNoise(level=0.02, seed=1),
)
VALUES = (1.0, 8.0, 60.0)


def sweep(**changes):
    asked = {
        "scan": SCAN,
        "method": RegularisedLeastSquares(iterations=8),
        "parameter": "epsilon",
        "values": VALUES,
    }
    return ParameterSweep(**(asked | changes))


class Reports:
    def __init__(self, stop_at=None):
        self.seen = []
        self.stop_at = stop_at

    def __call__(self, step, steps, *, image=None, history=None, part="", parts=()):
        self.seen.append((step, steps, part))
        assert image.shape == (64, 64)
        return step == self.stop_at


def test_each_value_is_measured_on_its_own_reconstruction():
    result = sweep().compute(Reports())
    measurement = measurement_of(SCAN)
    penalties = []
    for i, value in enumerate(VALUES):
        alone = reconstruct(RegularisedLeastSquares(epsilon=value, iterations=8), measurement)
        residual = measurement.operator.project(alone.image) - measurement.data
        assert result.curve.residual_norm[i] == pytest.approx(np.linalg.norm(residual), rel=1e-6)
        assert result.curve.snr[i] == pytest.approx(alone.history.last("snr"))
        penalties.append(np.sqrt(alone.history.last("regulariser")) / value)
    # One measure for all: up to a factor, ‖Lm‖ without its ε.
    ratio = result.curve.penalty / penalties
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-5)
    assert result.curve.rays == 15 * 40
    # More regularisation spends less freedom, and there is no more of it than there are data.
    assert np.all(np.diff(result.curve.freedom) < 0)
    assert 30 < result.curve.freedom[0] <= 15 * 40
    assert result.noise.known
    assert [choice.rule for choice in result.choices] == ["l_curve", "discrepancy", "gcv", "oracle"]


def test_progress_counts_every_step_of_every_solve():
    reports = Reports()
    sweep().compute(reports)
    steps = [step for step, _, _ in reports.seen]
    assert steps == list(range(2 * 3 * 9))
    assert {total for _, total, _ in reports.seen} == {2 * 3 * 9}
    assert [part for _, _, part in reports.seen][::18] == ["1 of 3", "2 of 3", "3 of 3"]


def test_a_stopped_sweep_gives_the_values_that_are_done():
    task = sweep().task
    result = task.run(Reports(stop_at=20))  # in the second value's first solve
    assert list(result.curve.values) == [1.0]
    assert not task.complete(result)
    nothing = task.run(Reports(stop_at=0))
    assert nothing.curve.values.size == 0
    assert [choice.index for choice in nothing.choices] == [None] * 4


def test_a_result_comes_back_from_its_record():
    result = SweepResult(
        parameter="epsilon",
        curve=SweepCurve(
            values=np.array([1.0, 2.0]),
            residual_norm=np.array([3.0, 4.0]),
            penalty=np.array([5.0, 6.0]),
            freedom=np.array([7.0, 8.0]),
            snr=np.array([np.nan, 9.0]),
            rays=10,
        ),
        noise=NoiseNorm(value=1.5, known=False),
    )
    back = decode(SweepResult, encode(result))
    assert (back.parameter, back.noise, back.curve.rays) == ("epsilon", result.noise, 10)
    for name in ("values", "residual_norm", "penalty", "freedom", "snr"):
        np.testing.assert_array_equal(getattr(back.curve, name), getattr(result.curve, name))


def test_the_key_is_that_of_the_question():
    assert sweep().key == sweep().key
    for other in (
        sweep(values=(1.0, 8.0, 61.0)),
        sweep(method=RegularisedLeastSquares(iterations=9)),
        sweep(method=SmoothLeastSquares(), parameter="alpha"),
        sweep(scan=Scan(size=64)),
    ):
        assert other.key != sweep().key


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"parameter": "iterations"}, "cannot be swept over 'iterations'.*epsilon"),
        ({"method": FBP(), "parameter": "cutoff"}, "parameters for that: none"),
        ({"values": (1.0, 2.0)}, "3 to 60 values, not 2"),
        ({"values": (1.0, 3.0, 2.0)}, "must increase"),
        ({"values": (1.0, 3.0, 1e9)}, "Epsilon must be from"),
    ],
)
def test_a_bad_question_is_refused_with_a_sentence(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        sweep(**changes)


@pytest.mark.parametrize("centre", [0.01, 3.0, 1000.0])
def test_values_around_a_centre_stay_in_the_range(centre):
    (epsilon,) = sweepable(RegularisedLeastSquares)
    values = values_around(epsilon, centre, 9)
    sweep(values=values)  # every one is allowed
    assert len(values) == 9
    assert values[0] == pytest.approx(max(centre / 30, epsilon.low))
    assert values[-1] == pytest.approx(min(centre * 30, epsilon.high))


def test_around_zero_means_around_the_default():
    sigma = next(p for p in parameters_of(FISTA) if p.name == "sigma")
    values = values_around(sigma, 0.0, 5)
    assert values == values_around(sigma, sigma.default, 5)
    assert values[2] == pytest.approx(sigma.default)


def test_weights_can_be_swept_and_nothing_else():
    """A step size does not regularise: an L-curve over one shows where the solver stopped."""
    swept = {method.name: [p.name for p in sweepable(method)] for method in METHODS}
    assert swept["smooth_least_squares"] == ["alpha", "beta", "gamma"]
    assert swept["lsqr"] == ["damping"]
    assert swept["transmission"] == swept["cgls"] == swept["fbp"] == []
    for name in ("admm", "pdhg", "spdhg", "douglas_rachford", "linearised_admm", "fista"):
        assert swept[name] == ["sigma"]
    assert swept["red"] == ["weight"]
    assert swept["plug_and_play"] == ["balance"]
    assert swept["convex_ridge"] == ["sigma"]


def test_the_weight_of_a_learned_regulariser_is_chosen_by_the_rules_of_a_formula():
    values = tuple(np.geomspace(3.0, 3000.0, 5).tolist())
    method = ConvexRidgeMethod(iterations=30)
    result = sweep(method=method, parameter="sigma", values=values).compute(Reports())
    found = {choice.rule: choice.index for choice in result.choices}
    assert found.keys() == {"l_curve", "discrepancy", "gcv", "oracle"}
    best = found["oracle"]
    assert 0 < best < len(values) - 1
    # Those that see the data alone lose less than 2 dB to the one that knows the truth.
    for rule in ("discrepancy", "gcv"):
        assert result.curve.snr[best] - result.curve.snr[found[rule]] < 2, rule


def test_a_weight_of_zero_is_swept_below_its_largest_value():
    (damping,) = sweepable(LSQR)
    values = values_around(damping, 0.0, 5)
    assert values[-1] == pytest.approx(damping.high)
    assert values[0] == pytest.approx(damping.high / 30**2)
