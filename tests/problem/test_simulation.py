"""The finer grid: the same truth, data that its matrix does not explain, and keys that stay."""

from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import BEAMS, FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.problem.images import RandomEllipses, SheppLogan, StoredImage
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.phantoms import OVERSAMPLING, rasterise
from core.problem.scan import Scan
from core.problem.simulation import with_means

SMALL = Scan(
    image=SheppLogan(), size=64, beam=ParallelBeam(views=EvenViews(angles=9), detectors=50)
)
FINER = replace(SMALL, finer_grid=True)
LECTURE = "ee57e56f0613dd1a3c37a0f432878c99fb135fb4d5d6f66e6b1453b29558abc3"
"""The key of the lecture's scan before there was a finer grid."""


def test_the_keys_of_scans_without_it_are_those_of_before():
    assert Scan().key == LECTURE
    assert Scan(finer_grid=False, imperfections=()).key == LECTURE
    assert Scan(finer_grid=True).key != LECTURE


@pytest.mark.parametrize("image", [SheppLogan(), StoredImage(), RandomEllipses(seed=1)])
def test_the_truth_is_the_mean_of_four_finer_pixels_and_the_same_as_without(image):
    truth = replace(SMALL, image=image).simulate().truth
    finer = with_means(image.read(128), truth)
    np.testing.assert_allclose(finer.reshape(64, 2, 64, 2).mean((1, 3)), truth, atol=1e-6)
    assert finer.min() >= 0
    np.testing.assert_array_equal(replace(FINER, image=image).simulate().truth, truth)
    # The phantom and the slice have detail of their own in the finer pixels.
    blocks = np.repeat(np.repeat(truth, 2, 0), 2, 1)
    assert np.linalg.norm(finer - blocks) > 0.05 * np.linalg.norm(blocks)


def test_a_block_of_zeros_gets_the_mean_that_is_wanted():
    finer = with_means(np.zeros((2, 2), np.float32), np.full((1, 1), 0.3, np.float32))
    np.testing.assert_allclose(finer, 0.3)


def disc_data(beam, finer, size=64, radius=0.6):
    """Data of a disc about (0.2, −0.1), and its exact chords through the middles of detectors."""

    class Disc:
        def read(self, n):
            disc = np.array([[1.0, radius, radius, 0.2, -0.1, 0.0]])
            return rasterise(disc, n, oversampling=OVERSAMPLING).astype(np.float32)

    from core.problem.simulation import expose

    rays = expose(image=Disc(), size=size, beam=beam, kernel="line", finer=finer).rays
    half = size / 2
    centre = half * (0.2 * np.cos(beam.angles_rad) - 0.1 * np.sin(beam.angles_rad))
    distance = beam.detector_centres[None, :] - centre[:, None]
    return rays, 2 * np.sqrt(np.maximum((radius * half) ** 2 - distance**2, 0))


def test_the_finer_data_are_nearer_to_the_lines_through_a_disc():
    beam = ParallelBeam(views=EvenViews(angles=12, start=3.0), detectors=64, detector_width=1.0)
    coarse, exact = disc_data(beam, finer=False)
    finer, _ = disc_data(beam, finer=True)
    errors = [np.linalg.norm(rays - exact) / np.linalg.norm(exact) for rays in (coarse, finer)]
    assert errors[1] < 0.02  # also in pixels of the coarser grid: no factor of two is lost
    assert errors[1] < 0.8 * errors[0]


@pytest.mark.parametrize("beam", BEAMS.members, ids=lambda beam: beam.name)
def test_every_beam_sees_the_same_object_on_both_grids(beam):
    made = beam(detectors=72) if beam is ParallelBeam else beam(detectors=72, source_origin=128)
    scan = replace(SMALL, beam=made, image=RandomEllipses(seed=4))
    coarse, finer = scan.simulate(), replace(scan, finer_grid=True).simulate()
    assert finer.data.shape == coarse.data.shape
    difference = np.linalg.norm(finer.data - coarse.data) / np.linalg.norm(coarse.data)
    assert 1e-5 < difference < 0.02


def test_a_finer_scanner_may_go_beyond_what_people_may_choose():
    beam = FanBeam(detectors=2048, detector_width=16.0, source_origin=90_000.0)
    finer = beam.twice_as_fine()
    assert (finer.detectors, finer.detector_width) == (4096, 16.0)
    assert (finer.source_origin, finer.origin_detector) == (180_000.0, 1280.0)
    assert beam.detectors == 2048
    assert finer.field_radius == pytest.approx(2 * beam.field_radius)


@pytest.mark.parametrize("noise", [GaussianNoise(level=0.02), PoissonNoise(photons=1e4)])
def test_noise_comes_after_the_detectors_are_binned(noise):
    clean = FINER.simulate().clean
    found = replace(FINER, noise=noise).simulate()
    np.testing.assert_array_equal(found.clean, clean)
    np.testing.assert_array_equal(found.data, noise.apply(clean))
