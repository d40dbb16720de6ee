"""Functions that repair sinograms: stripes, and the centre of rotation."""

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.problem import metrics
from core.problem.images import SheppLogan
from core.problem.preparation.centre import (
    centre_by_mass,
    centre_by_sharpness,
    centres_of_mass,
    moved_along_detectors,
)
from core.problem.preparation.rings import remove_rings
from core.problem.scan import Scan

BEAM = ParallelBeam(views=EvenViews(angles=60), detectors=80, detector_width=1.0)
DATA = Scan(image=SheppLogan(), size=64, beam=BEAM).simulate().data


def test_stripes_go_and_what_moves_stays():
    data = Scan(beam=ParallelBeam(views=EvenViews(angles=90))).simulate().data
    stripes = np.random.default_rng(0).normal(0, 0.03 * data.max(), 160).astype(np.float32)
    repaired = remove_rings(data + stripes, levels=2)
    assert np.linalg.norm(repaired - data) < 0.6 * np.linalg.norm(stripes) * 90**0.5
    # Between neighbouring detectors, where no object but a circle is the same in all views.
    left = np.diff(repaired - data, axis=1).mean(axis=0)
    assert np.linalg.norm(left) < 0.25 * np.linalg.norm(np.diff(stripes))
    # A curve that wanders over the detectors is no stripe.
    wave = np.zeros((60, 80), np.float32)
    wave[np.arange(60), (40 + 30 * np.cos(BEAM.angles_rad)).astype(int)] = 1
    assert np.linalg.norm(remove_rings(wave, levels=2) - wave) < 0.35 * np.linalg.norm(wave)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 5), (41, 161)])
def test_stripes_of_any_sinogram(shape):
    repaired = remove_rings(np.ones(shape, np.float32))
    assert repaired.shape == shape
    assert repaired.dtype == np.float32
    assert np.isfinite(repaired).all()


@pytest.mark.parametrize("shift", [-4.0, 0.0, 1.25])
def test_the_centre_is_found_by_mass(shift):
    found = centre_by_mass(moved_along_detectors(DATA, shift), BEAM.angles_rad)
    assert found == pytest.approx(shift, abs=0.02)


def test_the_centres_of_mass_of_a_point_are_its_sinusoid():
    operator = Scan(size=64, beam=BEAM).operator()
    point = np.zeros((64, 64), np.float32)
    point[20, 50] = 1
    x, y = 50 - 31.5, 31.5 - 20
    expected = x * np.cos(BEAM.angles_rad) + y * np.sin(BEAM.angles_rad)
    np.testing.assert_allclose(centres_of_mass(operator.project(point)), expected, atol=0.15)
    assert not centres_of_mass(np.zeros((3, 8), np.float32)).any()
    assert centre_by_mass(DATA[:2], BEAM.angles_rad[:2]) == 0


def test_the_centre_is_found_by_trying():
    def image_of(data):
        """A spot that is blurred where the data are not where they should be."""
        width = 2 + np.linalg.norm(data - DATA) / np.linalg.norm(DATA)
        offsets = np.arange(64) - 31.5
        return np.exp(-((offsets[:, None] ** 2 + offsets**2) / width**2)) / width**2

    found = centre_by_sharpness(moved_along_detectors(DATA, 3.0), image_of, reach=6)
    assert found == pytest.approx(3.0, abs=0.25)


def test_ring_energy_is_that_of_the_rings():
    offsets = np.arange(128) - 63.5
    distance = np.hypot(offsets[:, None], offsets)
    smooth = np.exp(-((distance / 40) ** 2))
    rings = 0.1 * (np.floor(distance) % 16 == 8)
    # One circle in sixteen: 0.1 / √16, as a root mean square.
    assert metrics.ring_energy(smooth) < 0.002
    assert metrics.ring_energy(smooth + rings) == pytest.approx(0.025, rel=0.1)
