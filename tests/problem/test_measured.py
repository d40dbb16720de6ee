import pickle
import re
from dataclasses import replace
from itertools import pairwise

import h5py
import numpy as np
import pytest

from core.errors import InputError
from core.problem.measured import Acquisition, MeasuredScan, TiltSeries
from core.problem.measurement import SimulatedMeasurement
from core.problem.metrics import relative_residual
from core.problem.preparation.steps import STEPS
from core.problem.preparation.steps.centre import Centre
from core.problem.preparation.steps.scaling import Scaling
from core.problem.stored import IMAGES_FILE

SLICES = range(3)


def test_the_views_are_those_that_were_measured():
    operator = MeasuredScan().measurement().operator
    with h5py.File(IMAGES_FILE) as file:
        measured = file["haadf_tilt/angles_deg"][()]
    np.testing.assert_allclose(operator.beam.angles_deg, measured)
    assert operator.dims == (256, 256)
    assert operator.dimsd == (77, 256)


def test_nobody_knows_the_truth():
    measurement = MeasuredScan(series=TiltSeries(slice=1)).measurement()
    assert not isinstance(measurement, SimulatedMeasurement)
    assert measurement.data.dtype == np.float32
    assert not measurement.data.flags.writeable


def non_negative_sirt(operator, data, iterations=100):
    """Simultaneous iterative reconstruction, written out here."""
    rows = 1 / np.maximum(operator.rows_sum, 1e-3)
    columns = 1 / np.maximum(operator.columns_sum, 1e-3)
    image = np.zeros(operator.dims, np.float32)
    for _ in range(iterations):
        step = columns * operator.back_project(rows * (data - operator.project(image)))
        image = np.maximum(image + step, 0)
    return image


def test_an_image_explains_the_data_when_it_turns_about_the_middle_detector():
    measurement = MeasuredScan().measurement()
    operator, data = measurement.operator, measurement.data
    image = non_negative_sirt(operator, data)
    assert relative_residual(operator.project(image), data) == pytest.approx(0.021, abs=0.002)
    # An axis two detectors off cannot explain them as well.
    shifted = np.roll(data, 2, axis=1)
    poor = non_negative_sirt(operator, shifted)
    assert relative_residual(operator.project(poor), shifted) > 0.03
    # A needle that is full nearly everywhere has about the values that it was scaled to.
    assert image[105:150, 110:150].mean() == pytest.approx(0.94, abs=0.1)


def test_the_data_are_the_counts_divided_by_the_scale():
    with h5py.File(IMAGES_FILE) as file:
        counts = file["haadf_tilt/sinogram"][()]
    for k in SLICES:
        source = MeasuredScan(series=TiltSeries(slice=k))
        scale = source.prepared.scale
        np.testing.assert_allclose(source.measurement().data * scale, counts[k], rtol=1e-5)
        as_it_is = source.with_step(Scaling(to_one=False)).measurement().data
        np.testing.assert_array_equal(as_it_is, counts[k].astype(np.float32))


@pytest.mark.parametrize("by", ["mass", "sharpness", "auto"])
@pytest.mark.parametrize("k", SLICES)
def test_each_search_agrees_on_the_axis_of_the_needle(by, k):
    series = TiltSeries(slice=k)
    centred = MeasuredScan(series=series).with_step(Centre(by=by))
    note = next(s.after.note for s in centred.stages if isinstance(s.step, Centre))
    offset = float(re.search(r"[+-]\d+\.\d+", note)[0])
    assert offset == pytest.approx(0.55, abs=0.15)


def test_the_key_is_by_content():
    keys = {MeasuredScan(series=TiltSeries(slice=k)).key for k in SLICES}
    keys.add(MeasuredScan().with_step(Centre(by="hand", offset=1.0)).key)
    keys.add(MeasuredScan(acquisition=Acquisition(orientation="rows")).key)
    assert len(keys) == 5
    assert all(len(key) == 64 for key in keys)
    assert MeasuredScan().key in keys


def test_it_travels_to_a_worker():
    source = MeasuredScan(series=TiltSeries(slice=2))
    again = pickle.loads(pickle.dumps(source))
    assert again == source
    assert hash(again) == hash(source)
    np.testing.assert_array_equal(again.measurement().data, source.measurement().data)


def test_the_credit_names_its_holder():
    assert "NIST" in TiltSeries().credit


@pytest.mark.parametrize("slice_", [-1, 3, 0.5])
def test_a_slice_that_was_not_measured_is_refused(slice_):
    with pytest.raises(InputError, match="0 to 2"):
        TiltSeries(slice=slice_)


def test_each_step_says_what_it_has_done_and_shows_it():
    stages = MeasuredScan().stages
    assert [type(stage.step) for stage in stages[1:]] == list(STEPS)
    assert all(stage.after.note for stage in stages)
    for before, after in pairwise(stages):
        assert after.before is before.after


def test_angles_of_many_turns_are_said_to_count_modulo_a_turn():
    raw, within = TiltSeries().raw(), np.arange(77) * 2.0
    spiral = within + np.where(np.arange(77) < 74, 0, 1440)
    found = Acquisition().upright(replace(raw, angles=spiral, unit="degrees"))
    np.testing.assert_allclose(found.angles_deg, within)
    assert "; 3 of them beyond 720° (as far as 1592°) count modulo 360°." in found.note
    golden = Acquisition(angles_from="even", angle_step=-137.5).upright(raw)
    assert "(as far as -10450°) count modulo 360°" in golden.note
    assert "modulo" not in Acquisition().upright(raw).note
