from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.base import IterativeMethod, Step
from core.methods.support import reconstruction
from core.methods.support.history import COLUMNS, snapshot_iterations
from core.methods.support.reconstruction import reconstruct
from core.parameters import param
from core.problem import metrics
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.projection.projector import make_projector

SIZE = 32


@pytest.fixture(scope="module")
def measurement():
    operator = make_projector(SIZE, ParallelBeam(views=EvenViews(angles=9), detectors=24))
    truth = np.zeros((SIZE, SIZE), np.float32)
    truth[8:20, 10:24] = 1
    data = operator.project(truth)
    return SimulatedMeasurement(operator=operator, data=data, clean=data, truth=truth)


@dataclass(frozen=True, kw_only=True)
class Descent(IterativeMethod):
    """Gradient descent on ½‖Gm − d‖² with a step relative to 1/L."""

    name: ClassVar[str] = "descent"
    family: ClassVar = "classical"
    title: ClassVar[str] = "Descent"
    idea: ClassVar[str] = "Downhill."
    equation: ClassVar[str] = "m"
    source: ClassVar[str] = "none"

    step: float = param(1.0, low=0.0, high=1000.0)
    iterations: int = param(20, low=1, high=5000)

    def iterate(self, operator, data) -> Iterator[Step]:
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        size = np.float32(self.step / operator.norm_squared)
        for number in range(self.iterations):
            image = image - size * operator.back_project(operator.project(image) - data)
            yield Step(image=image, values={"largest": float(image.max()), "number": number})


def scripted(steps, planned=3, final=None):
    """A method that yields the images of a list, whatever the data."""

    @dataclass(frozen=True, kw_only=True)
    class Scripted(Descent):
        def iterate(self, operator, data):
            for value in steps:
                image = value if isinstance(value, np.ndarray) else np.full(operator.dims, value)
                yield Step(image=image)
            return final

    return Scripted(iterations=planned)


def test_every_measure_belongs_to_the_iterate_it_stands_next_to(measurement):
    result = reconstruct(Descent(iterations=12), measurement)
    assert [s.iteration for s in result.snapshots] == list(range(13))
    matrix = measurement.operator.matrix()
    for row, snapshot in enumerate(result.snapshots):
        residual = matrix @ snapshot.image.ravel().astype(float) - measurement.data.ravel()
        history = result.history
        assert history["data_term"][row] == pytest.approx(residual @ residual / 2, rel=1e-4)
        assert history["objective"][row] == history["data_term"][row] + history["regulariser"][row]
        relative = np.linalg.norm(residual) / np.linalg.norm(measurement.data)
        assert history["residual"][row] == pytest.approx(relative, rel=1e-4)
        for name in ("snr", "psnr", "ssim"):
            measure = getattr(metrics, name)(snapshot.image, measurement.truth)
            assert history[name][row] == pytest.approx(measure)
    assert np.isnan(result.history["largest"][0])
    assert result.history.last("largest") == result.image.max()
    assert result.history["number"].tolist()[1:] == list(range(12))
    assert result.image is result.snapshots[-1].image
    assert result.stop == "finished"


def test_a_method_that_names_a_column_of_the_loop_is_refused(measurement):
    class Clash(Descent):
        def iterate(self, operator, data):
            yield Step(image=np.zeros(operator.dims, np.float32), values={"residual": 1.0})

    with pytest.raises(ValueError, match="residual"):
        reconstruct(Clash(), measurement)


def test_only_the_solver_is_timed(measurement, monkeypatch):
    now = 0.0

    def spend(seconds):
        nonlocal now
        now += seconds

    class Timed(Descent):
        def iterate(self, operator, data):
            for step in super().iterate(operator, data):
                spend(2.0)
                yield step

        def objective(self, operator, data, image, residual):
            spend(100.0)
            return super().objective(operator, data, image, residual)

    monkeypatch.setattr(reconstruction, "time", SimpleNamespace(perf_counter=lambda: now))
    result = reconstruct(Timed(iterations=10), measurement, lambda p: spend(100.0))
    # Of 2222 seconds the solver has taken 2 for the start and for each iteration.
    assert result.history["seconds"].tolist() == [2.0 * (row + 1) for row in range(11)]
    assert result.seconds == 22.0


def test_without_a_truth_nothing_is_compared_with_it(measurement):
    blind = Measurement(operator=measurement.operator, data=measurement.data)
    result = reconstruct(Descent(iterations=3), blind)
    assert np.isnan(result.history["snr"]).all()
    assert np.isfinite(result.history["residual"]).all()


def test_on_step_stops_and_the_last_iterate_is_kept(measurement):
    result = reconstruct(Descent(iterations=1000), measurement, lambda p: p.step == 57)
    assert (result.stop, result.history.last("iteration")) == ("stopped", 57)
    assert result.message == "Stopped after 57 of 1000 iterations."
    assert result.snapshots[-1].iteration == 57
    assert result.snapshots[-1].image is result.image
    assert np.isfinite(result.history.last("snr"))


def test_stopping_at_the_last_step_is_finishing(measurement):
    assert reconstruct(Descent(iterations=5), measurement, lambda p: p.step == 5).stop == "finished"


def test_a_method_that_converges_says_so(measurement):
    result = reconstruct(scripted([0, 1], planned=9, final="Close enough."), measurement)
    assert (result.stop, result.message) == ("tolerance", "Close enough.")
    assert len(result.history) == 2


def test_a_step_too_large_is_caught_long_before_it_overflows(measurement):
    result = reconstruct(Descent(step=3.0, iterations=500), measurement)
    assert result.stop == "diverged"
    assert "smaller step" in result.message
    assert len(result.history) < 30  # a factor of two each time: 100 is passed within ten
    assert np.isfinite(result.history["objective"]).all()
    assert np.isfinite(result.image).all()


def test_a_step_just_below_the_bound_is_not_called_divergence(measurement):
    assert reconstruct(Descent(step=1.98, iterations=60), measurement).stop == "finished"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_iterates_that_are_no_numbers_are_left_out(measurement, bad):
    result = reconstruct(scripted([0.0, 0.5, bad, 1.0]), measurement)
    assert result.stop == "diverged"
    assert result.history["iteration"].tolist() == [0, 1]
    assert (result.image == 0.5).all()
    assert result.snapshots[-1].image is result.image


def test_a_first_iterate_that_is_no_number_is_told(measurement):
    with pytest.raises(InputError, match="no finite image"):
        reconstruct(scripted([np.nan]), measurement)


def test_back_projection_like_starts_are_no_divergence(measurement):
    start = measurement.operator.back_project(measurement.data)  # its residual is far above 100
    result = reconstruct(scripted([1000 * start, 900 * start]), measurement)
    assert result.stop == "finished"


def test_iterates_cannot_be_written_to(measurement):
    seen = []
    reconstruct(Descent(iterations=2), measurement, lambda p: seen.append(p.image))
    with pytest.raises(ValueError, match="read-only"):
        seen[0][0, 0] = 1


def test_float64_images_become_float32(measurement):
    assert reconstruct(scripted([np.zeros((SIZE, SIZE))]), measurement).image.dtype == np.float32


def test_histories_handed_out_do_not_change_and_are_not_copied(measurement):
    handed = []

    def keep(progress):
        handed.append((progress.history, progress.history.last("objective")))

    result = reconstruct(scripted([0.1] * 1000, planned=10), measurement, keep)
    for row, (history, objective) in enumerate(handed):
        assert len(history) == row + 1
        assert history.last("objective") == objective == result.history["objective"][row]
    with pytest.raises(ValueError, match="read-only"):
        handed[0][0].table[0, 0] = 1
    # They are views of the table they grow in, which is copied when it is full: after 11 planned
    # rows, 22, 44, … 704. Copies would be a thousand tables.
    assert len({id(history.table.base) for history, _ in handed}) == 8
    assert np.shares_memory(handed[-1][0]["objective"], handed[-2][0].table)


def test_long_runs_take_image_metrics_at_every_kth_each_snapshot_and_the_last(measurement):
    planned = 1000
    result = reconstruct(Descent(iterations=planned), measurement, lambda p: p.step == 998)
    always = {n for n in snapshot_iterations(planned) if n < 999} | {998}
    for name, every in (("snr", 3), ("psnr", 3), ("ssim", 17)):
        known = np.flatnonzero(np.isfinite(result.history[name]))
        assert set(known.tolist()) == set(range(0, 999, every)) | always
    assert np.isfinite(result.history["objective"]).all()


@pytest.mark.parametrize("steps", [0, 1, 5, 23, 24, 50, 400, 5000])
def test_snapshots_are_about_24_spread_evenly_in_the_logarithm(steps):
    chosen = sorted(snapshot_iterations(steps))
    assert (chosen[0], chosen[-1]) == (0, steps)
    assert min(steps + 1, 23) <= len(chosen) <= 26
    ratios = [b / a for a, b in pairwise(chosen[8:])]
    assert not ratios or max(ratios) / min(ratios) < 1.35


def test_the_columns_are_the_promised_ones(measurement):
    history = reconstruct(Descent(iterations=1), measurement).history
    assert history.names[: len(COLUMNS)] == COLUMNS
    assert history.names[len(COLUMNS) :] == ("largest", "number")
    with pytest.raises(ValueError, match="tuple"):
        history["nothing"]


def test_a_wrong_parameter_is_refused_when_the_method_is_made():
    with pytest.raises(InputError, match="Step must be from 0 to 1000, not -1"):
        Descent(step=-1.0)


def test_equal_parameters_are_equal_whatever_their_type():
    assert repr(Descent(step=1, iterations=5.0)) == repr(Descent(step=1.0, iterations=5))
