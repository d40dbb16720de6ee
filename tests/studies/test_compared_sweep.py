"""Methods along a sweep: which cells of the comparison belong together, and what they say."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.geometry.views.listed import ListedViews
from core.methods import METHODS
from core.methods.back_projection import BackProjection
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.support.reconstruction import reconstruct
from core.problem.images import RandomEllipses, SheppLogan, StoredImage
from core.problem.measured import MeasuredScan
from core.problem.noise import PoissonNoise
from core.problem.scan import Scan
from core.studies.compared_sweep import FACTORS, condition_sweep, parameter_sweep
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.robustness import ARCS, DOSES, sweep_points
from core.studies.slices import scans_like
from core.studies.tuned import tuned_parameter

SCAN = Scan(
    size=64,
    image=RandomEllipses(seed=3),
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0),
)
PAIR = (EvaluatedMethod(method=FBP()), EvaluatedMethod(method=CGLS(iterations=4)))


def no_report(*args, **kwargs):
    return False


def test_each_cell_is_the_point_the_slice_and_the_method_that_it_is_taken_for():
    scans = scans_like(SCAN, 2)
    sweep = condition_sweep(scans, "arc", PAIR)
    result = sweep.comparison.compute(no_report)
    mean, deviation, count = sweep.spread(result, "snr")
    assert mean.shape == (len(sweep.values), 2)
    for point, slot in ((0, 1), (3, 0)):
        alone = [
            reconstruct(PAIR[slot].method, sweep_points(scan, "arc")[point].scan.simulate())
            for scan in scans
        ]
        snr = [one.history.last("snr") for one in alone]
        assert mean[point, slot] == pytest.approx(np.mean(snr))
        assert deviation[point, slot] == pytest.approx(np.std(snr, ddof=1))
    assert (count == 2).all()
    assert all(image.size == 0 for image in result.images)


def test_a_sweep_that_was_stopped_has_the_points_that_are_done():
    sweep = condition_sweep(scans_like(SCAN, 2), "angles", PAIR)
    seen = []
    result = sweep.comparison.compute(lambda *a, **k: seen.append(1) or len(seen) > 30)
    mean, deviation, count = sweep.spread(result, "snr")
    assert 0 < result.done < sweep.comparison.solves
    assert (np.isfinite(deviation) == (count > 1)).all()
    assert 0 < (count == 1).sum() < count.size
    assert np.isfinite(mean).sum() == (count > 0).sum() == result.done


def test_a_parameter_is_swept_at_multiples_of_its_default():
    least = EvaluatedMethod(method=CGLS(iterations=20))
    sweep = parameter_sweep((SCAN,), (least, EvaluatedMethod(method=BackProjection())))
    steps = [one.method.iterations for one in sweep.comparison.candidates[::2]]
    assert steps == [round(20 * factor) for factor in FACTORS]
    result = sweep.comparison.compute(no_report)
    cells = sweep.cells(result["iterations"])
    np.testing.assert_array_equal(cells[:5, 0, 0], steps[:5])  # then it has converged
    assert len(set(sweep.cells(result["snr"])[:, 0, 1])) == 1  # nothing to sweep
    with pytest.raises(InputError, match="weight or iterations"):
        parameter_sweep((SCAN,), (EvaluatedMethod(method=BackProjection()),))


@pytest.mark.parametrize("kind", METHODS, ids=lambda kind: kind.name)
def test_a_method_stands_at_the_multiples_that_it_has_and_nowhere_else(kind):
    method, parameter = kind(), tuned_parameter(kind())
    if parameter is None:
        return
    beside = EvaluatedMethod(method=BackProjection())
    sweep = parameter_sweep((SCAN,), (beside, EvaluatedMethod(method=method)))
    used = [getattr(one.method, parameter.name, np.nan) for one in sweep.comparison.candidates]
    found = sweep.cells(np.array([used], float))
    assert found.shape == (len(FACTORS), 1, 2)
    plotted = found[:, 0, 1]
    asked = np.array(FACTORS) * getattr(method, parameter.name)
    there = np.isfinite(plotted)
    assert there[FACTORS.index(1)]
    allowed = (parameter.low <= asked) & (asked <= parameter.high)
    if parameter.whole:
        allowed &= np.rint(asked) >= 1
    np.testing.assert_array_equal(there, allowed)
    np.testing.assert_allclose(
        plotted[there], asked[there], rtol=1e-6, atol=0.5 if parameter.whole else 0
    )


def test_what_a_sweep_leaves_out_is_not_drawn():
    sweep = parameter_sweep((SCAN,), (PAIR[0], EvaluatedMethod(method=CGLS(iterations=4))))
    result = sweep.comparison.compute(no_report)
    assert sweep.comparison.solves == result.done == len(sweep.comparison.candidates)
    mean, deviation, count = sweep.spread(result, "snr")
    np.testing.assert_array_equal(count[:, 0], [0, 1, 1, 1, 0, 0, 0])
    np.testing.assert_array_equal(count[:, 1], [0, 0, 1, 1, 1, 1, 1])
    np.testing.assert_array_equal(np.isfinite(mean), count > 0)
    assert np.isnan(deviation).all()


def test_the_dose_is_the_photons_of_a_ray():
    points = sweep_points(SCAN, "dose")
    assert [point.scan.noise.photons for point in points] == list(DOSES)
    assert all(isinstance(point.scan.noise, PoissonNoise) for point in points)


@pytest.mark.parametrize(("first", "start"), [(500.0, 140.0), (-700.0, -340.0), (-90.0, -90.0)])
def test_an_arc_starts_where_the_views_do_after_several_turns_too(first, start):
    views = ListedViews(angle_list=(first, first + 20, first + 30))
    points = sweep_points(replace(SCAN, beam=SCAN.beam.with_views(views)), "arc")
    assert {point.scan.beam.views.start for point in points} == {start}
    assert [point.scan.beam.views.arc for point in points] == list(ARCS)


def test_a_finer_grid_is_all_that_differs_between_the_points_of_the_grid():
    same, finer = (point.scan for point in sweep_points(SCAN, "grid"))
    assert (same.finer_grid, finer.finer_grid) == (False, True)
    assert replace(finer, finer_grid=False) == same == SCAN


def test_scans_like_one_differ_in_the_slice_alone():
    scan = Scan(image=StoredImage(slice=5))
    scans = scans_like(scan, 4)
    assert scans[0] is scan
    assert len({one.image.slice for one in scans}) == 4
    assert {(one.size, one.beam, one.image.set) for one in scans} == {
        (scan.size, scan.beam, scan.image.set)
    }
    assert len(scans_like(Scan(image=SheppLogan()), 4)) == 1
    assert len({one.key for one in scans_like(SCAN, 4)}) == 4


def test_ellipses_of_the_last_seed_are_followed_by_those_of_the_first():
    last = replace(SCAN, image=RandomEllipses(seed=2**32 - 1))
    assert [one.image.seed for one in scans_like(last, 3)] == [2**32 - 1, 0, 1]


def test_measured_data_are_not_measured_again():
    series = MeasuredScan()
    assert scans_like(series, 3) == (series,)
    with pytest.raises(InputError, match="only a parameter"):
        condition_sweep((series,), "angles", PAIR)
