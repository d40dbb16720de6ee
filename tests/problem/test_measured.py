import h5py
import numpy as np
import pytest

from core.errors import InputError
from core.problem.measured import MeasuredSeries
from core.problem.measurement import SimulatedMeasurement
from core.problem.metrics import relative_residual
from core.problem.stored import IMAGES_FILE


def test_the_views_are_those_that_were_measured():
    operator = MeasuredSeries().measurement().operator
    with h5py.File(IMAGES_FILE) as file:
        measured = file["haadf_tilt/angles_deg"][()]
    np.testing.assert_allclose(operator.beam.angles_deg, measured)
    assert operator.dims == (256, 256)
    assert operator.dimsd == (77, 256)


def test_nobody_knows_the_truth():
    measurement = MeasuredSeries(slice=1).measurement()
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
    measurement = MeasuredSeries().measurement()
    operator, data = measurement.operator, measurement.data
    image = non_negative_sirt(operator, data)
    assert relative_residual(operator.project(image), data) == pytest.approx(0.021, abs=0.002)
    # An axis two detectors off cannot explain them as well.
    shifted = np.roll(data, 2, axis=1)
    poor = non_negative_sirt(operator, shifted)
    assert relative_residual(operator.project(poor), shifted) > 0.03
    # A needle that is full nearly everywhere has about the values that it was scaled to.
    assert image[105:150, 110:150].mean() == pytest.approx(0.94, abs=0.1)


def test_the_data_are_scaled_alike_so_that_slices_can_be_compared():
    with h5py.File(IMAGES_FILE) as file:
        counts = file["haadf_tilt/sinogram"][()]
    scales = []
    for k in range(MeasuredSeries.slices):
        data = MeasuredSeries(slice=k).measurement().data
        scales.append(float(np.median(counts[k] / data)))
        np.testing.assert_allclose(data * scales[-1], counts[k], rtol=1e-5)
    assert np.ptp(scales) < 1e-3 * scales[0]


def test_the_key_is_by_content():
    keys = [MeasuredSeries(slice=k).key for k in range(3)]
    assert len(set(keys)) == 3
    assert all(len(key) == 64 for key in keys)
    assert MeasuredSeries().key == keys[0]


def test_the_credit_names_its_holder():
    assert "NIST" in MeasuredSeries().credit


@pytest.mark.parametrize("slice_", [-1, 3, 0.5])
def test_a_slice_that_was_not_measured_is_refused(slice_):
    with pytest.raises(InputError, match="0 to 2"):
        MeasuredSeries(slice=slice_)
