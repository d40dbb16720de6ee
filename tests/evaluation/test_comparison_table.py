"""The rows of a comparison, against direct calls and by hand."""

import numpy as np
import pytest

from core.errors import InputError
from core.evaluation.comparison_table import best_of, compared_rows, in_order, measures_of
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.gradient_descent import GradientDescent
from core.problem import metrics
from core.problem.images import RandomEllipses
from core.problem.measured import MeasuredScan
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.comparison import Comparison
from core.studies.comparison_result import MEASURES, ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.held_out import held_out_errors

SCAN = Scan(
    size=64,
    image=RandomEllipses(seed=1),
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.02),
)
TV = EvaluatedMethod(method=CGLS(iterations=3), label="tv", heading="Total variation, tuned")


def no_report(*args, **kwargs):
    return False


def rows_of(*candidates, scans=(SCAN,)):
    comparison = Comparison(scans=scans, candidates=candidates, title="Rows", keep="single")
    result = comparison.compute(no_report)
    return compared_rows(comparison, result), result


def test_the_numbers_are_those_of_a_direct_call():
    (row, _), result = rows_of(EvaluatedMethod(method=FBP()), TV)
    measurement = SCAN.simulate()
    image = next(FBP().iterate(measurement.operator, measurement.data)).image
    direct = {
        "snr": metrics.snr(image, measurement.truth),
        "psnr": metrics.psnr(image, measurement.truth),
        "ssim": metrics.ssim(image, measurement.truth),
        "residual": metrics.relative_residual(
            measurement.operator.project(image), measurement.data
        ),
        "iterations": 0,
    }
    assert {name: row.numbers[name][0] for name in direct} == pytest.approx(direct)
    np.testing.assert_array_equal(result.image(0, 0), image)
    assert result.image(0, 0) is result.image(0, 0)  # the figures know it again
    assert (row.setting, row.parameter) == ("default", "")


def test_a_row_says_what_was_tuned_and_how():
    ways = [EvaluatedMethod(method=CGLS(iterations=15), tuning=way) for way in ("rule", "oracle")]
    (rule, oracle), _ = rows_of(*ways)
    assert rule.name == "CGLS, discrepancy principle"
    assert oracle.setting == "oracle"
    for row in (rule, oracle):
        assert row.parameter == f"iterations {row.numbers['iterations'][0]:.0f}"
    assert oracle.numbers["snr"][0] >= rule.numbers["snr"][0] - 1e-3


def table(snr):
    """A result with these SNRs (scans, candidates); the other scores follow."""
    numbers = np.full((len(MEASURES), *snr.shape), np.nan)
    for name in ("snr", "psnr", "ssim", "residual", "seconds", "iterations"):
        numbers[MEASURES.index(name)] = snr
    return ComparisonResult(table=numbers, images=(), courses=(), remarks=(), done=snr.size)


def test_methods_that_were_given_fewer_slices_are_compared_on_the_common_ones():
    easy, hard = SCAN, Scan(size=64)
    candidates = (TV, EvaluatedMethod(method=FBP()), EvaluatedMethod(method=CGLS()))
    comparison = Comparison(scans=(easy, hard), candidates=candidates, title="Gain")
    # FBP has seen the easy scan alone: a mean of 29 dB against 25, and yet it is worse.
    result = table(np.array([[30.0, 29.0, 31.0], [20.0, np.nan, 21.0]]))
    rows = compared_rows(comparison, result)
    assert [row.numbers["gain"][0] for row in rows] == [0.0, -1.0, 1.0]
    assert [row.scans for row in rows] == [2, 1, 2]
    ordered = in_order(rows, "gain", falling=True)
    assert [row.candidate for row in ordered] == [2, 0, 1]
    assert best_of(rows, "gain") == 1.0
    assert rows[0].text("snr") == "25.00 ± 7.07"
    assert rows[1].text("snr") == "29.00"  # of one scan
    assert in_order(rows, "", falling=True) == rows


def test_a_failure_is_a_row_with_a_sentence_and_stands_last(monkeypatch):
    def broken(self, operator, data):
        raise InputError("No weights.")
        yield

    monkeypatch.setattr(CGLS, "iterate", broken)
    rows, _ = rows_of(EvaluatedMethod(method=CGLS()), EvaluatedMethod(method=FBP()))
    assert (rows[0].failed, rows[0].numbers) == ("No weights.", {})
    assert [row.candidate for row in in_order(rows, "snr", falling=False)] == [1, 0]


def test_an_error_of_the_program_takes_no_other_method_with_it(monkeypatch):
    def broken(self, operator, data):
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(CGLS, "iterate", broken)
    rows, result = rows_of(EvaluatedMethod(method=CGLS()), EvaluatedMethod(method=FBP()))
    assert "ZeroDivisionError" in rows[0].failed
    assert np.isfinite(rows[1].numbers["snr"][0])
    assert result.done == 2


def test_a_method_that_diverges_says_so_beside_its_numbers():
    (row,), _ = rows_of(EvaluatedMethod(method=GradientDescent(step=3.0, iterations=200)))
    assert row.note.startswith("Diverged")
    assert not row.failed


def test_measured_data_have_held_out_views_in_place_of_the_truth():
    series = MeasuredScan()
    candidate = EvaluatedMethod(method=CGLS(iterations=3))
    (row,), _ = rows_of(candidate, scans=(series,))
    assert measures_of([row]) == ["residual", "held_out", "seconds", "iterations"]
    measurement = series.measurement()
    held = np.arange(len(measurement.data)) % 5 == 2
    operator = measurement.operator
    rest = operator.angle_subset(np.flatnonzero(~held))
    *_, last = CGLS(iterations=3).iterate(rest, measurement.data[~held])
    predicted = operator.project(last.image)[held]
    expected = metrics.relative_residual(predicted, measurement.data[held])
    assert row.numbers["held_out"][0] == pytest.approx(expected, rel=1e-4)
    assert held_out_errors(candidate.method, measurement)[0] == pytest.approx(expected, rel=1e-4)
