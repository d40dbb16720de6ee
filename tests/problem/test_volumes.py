"""Volumes that can be scanned, and their scans."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ConeBeam, HelicalBeam, ParallelBeam3D
from core.problem.metrics import snr, ssim
from core.problem.noise import GaussianNoise
from core.problem.volume_cautions import cautions, truncation
from core.problem.volume_scan import VolumeScan, memory_needed, twice_as_fine
from core.problem.volumes import VOLUMES
from core.problem.volumes._ellipsoids import line_integrals, rasterise
from core.problem.volumes.balls import Balls
from core.problem.volumes.base import resampled
from core.problem.volumes.defrise import DefriseDisks, disk_heights
from core.problem.volumes.head import ColinHead
from core.problem.volumes.own_file import UploadedVolume
from core.problem.volumes.shepp_logan import SheppLoganVolume


@pytest.mark.parametrize("member", [m for m in VOLUMES.members if m is not UploadedVolume])
def test_every_volume_is_a_cube_of_values_up_to_one(member):
    for slices in (20, 32):
        volume = member().read(32, slices)
        assert (volume.shape, volume.dtype) == ((slices, 32, 32), np.float32)
        assert volume.min() >= 0
        assert volume.max() == pytest.approx(1)
    np.testing.assert_allclose(volume[6:-6], member().read(32, 20), atol=0.02)


@pytest.mark.parametrize("member", [SheppLoganVolume, Balls])
def test_volumes_can_be_drawn_in_any_size(member):
    """A small ellipsoid may lie between the points of a coarse grid, as at 17³."""
    for size in range(8, 26):
        assert member().read(size, size).max() == pytest.approx(1)


def test_an_ellipsoid_has_its_volume_and_its_chords():
    one = np.array([[2.0, 0.5, 0.3, 0.4, 0.1, -0.2, 0.1, 0.7]])
    volume = rasterise(one, 40, 40, oversampling=3)
    assert volume.sum() / 20**3 == pytest.approx(2 * 4 / 3 * np.pi * 0.5 * 0.3 * 0.4, rel=0.01)
    middle = np.array([0.1, -0.2, 0.1])
    along = np.array([np.cos(0.7), np.sin(0.7), 0])
    for direction, half in ((along, 0.5), ([-along[1], along[0], 0], 0.3), ([0, 0, 1], 0.4)):
        found = line_integrals(one, middle - np.array(direction), middle + np.array(direction))
        assert found == pytest.approx(2 * 2 * half)
    assert line_integrals(one, np.array([-1.0, 0.9, 0]), np.array([1.0, 0.9, 0])) == 0


def test_the_head_is_as_high_as_its_slices_are():
    """81 mm of 216 mm: the slices are 1 mm apart."""
    volume = ColinHead().read(72, 72)
    filled = np.flatnonzero(volume.max(axis=(1, 2)) > 0.2)
    assert filled[-1] - filled[0] + 1 == pytest.approx(81 / 216 * 72, abs=1)
    assert filled.mean() == pytest.approx(35.5, abs=0.6)


def test_voxels_that_are_no_cubes_are_resampled():
    volume = resampled(np.ones((4, 8, 8)), (2.0, 1.0, 1.0), 8, 8)
    np.testing.assert_allclose(volume, 1, atol=1e-5)
    low = resampled(np.ones((4, 8, 6)), (1.0, 1.0, 1.0), 8, 8)
    assert (low.max(axis=(1, 2)) > 0).sum() == 4
    assert (low.max(axis=(0, 1)) > 0).sum() == 6


def test_disks_and_gaps_are_where_they_are_said_to_be():
    profile = DefriseDisks().read(64, 64)[:, 32, 32]
    place = np.rint(disk_heights() * 32 + 31.5).astype(int)
    np.testing.assert_array_equal(profile[place], 1)
    gap = np.rint(disk_heights(gaps=True) * 32 + 31.5).astype(int)
    np.testing.assert_array_equal(profile[gap], 0)


@pytest.mark.parametrize("beam", [ConeBeam, HelicalBeam, ParallelBeam3D])
def test_data_of_a_finer_grid_are_those_of_the_same_scanner(beam):
    scanner = beam.sized(20).with_angles(4)
    scan = VolumeScan(image=SheppLoganVolume(), size=20, beam=scanner)
    crime, finer = scan.rays(), replace(scan, finer_grid=True).rays()
    assert finer.shape == crime.shape
    error = np.linalg.norm(finer - crime) / np.linalg.norm(crime)
    assert 1e-3 < error < 0.05
    assert twice_as_fine(scanner).field_radius == pytest.approx(2 * scanner.field_radius)


def test_interleaved_slices_keep_their_angles_on_a_finer_grid():
    beam = replace(
        ParallelBeam3D.sized(20), rows=8, interleaved=4, turned=11.0, views=EvenViews(angles=4)
    )
    scan = VolumeScan(image=SheppLoganVolume(), size=20, beam=beam)
    crime, finer = scan.rays(), replace(scan, finer_grid=True).rays()
    assert np.linalg.norm(finer - crime) < 0.05 * np.linalg.norm(crime)


def test_a_scan_is_simulated_with_its_noise_and_remembers_its_truth():
    beam = ConeBeam.sized(16).with_angles(5)
    scan = VolumeScan(size=16, beam=beam, noise=GaussianNoise(level=0.1))
    measurement = scan.measurement()
    noise = measurement.data - measurement.clean
    assert noise.std() == pytest.approx(0.1 * np.abs(measurement.clean).mean(), rel=0.1)
    assert not measurement.data.flags.writeable
    assert measurement.operator.project(measurement.truth) == pytest.approx(measurement.clean)
    assert scan.key != replace(scan, size=15).key


def test_more_memory_than_the_bound_is_refused_with_the_size():
    beam = ConeBeam.sized(192).with_angles(700)
    assert memory_needed(192, beam) > 700e6
    with pytest.raises(InputError, match=r"192×192×192 voxels with 700 views.* MB is the limit"):
        VolumeScan(size=192, beam=beam)


def test_what_a_panel_misses_is_said():
    truth = SheppLoganVolume().read(32, 32)
    assert truncation(truth, ConeBeam.sized(32)) == ""
    small = replace(ConeBeam.sized(32), detectors=18)
    assert "further than" in truncation(truth, small)
    low = replace(ConeBeam.sized(32), rows=10)
    assert "above or below" in truncation(truth, low)
    assert truncation(truth, HelicalBeam.sized(32)) == ""
    short = replace(HelicalBeam.sized(32), rows=8, turns=0.5)
    assert "above or below" in truncation(truth, short)
    aside = replace(ConeBeam.sized(32), panel_offset=20.0)
    assert "No part of the object is seen whole" in truncation(truth, aside)


def test_one_view_is_said_and_two_are_not():
    truth = SheppLoganVolume().read(16, 16)
    (sentence,) = cautions(truth, ConeBeam.sized(16).with_angles(1))
    assert "There is one view" in sentence
    assert cautions(truth, ConeBeam.sized(16).with_angles(2)) == ()


def test_a_panel_that_no_ray_through_the_object_meets_is_refused():
    beam = replace(ConeBeam.sized(16).with_angles(2), panel_offset=60.0)
    with pytest.raises(InputError, match="No ray of the scanner meets the object"):
        VolumeScan(image=SheppLoganVolume(), size=16, beam=beam).measurement()


def test_similarity_of_a_volume_is_the_mean_over_its_slices():
    random = np.random.default_rng(0)
    truth = random.random((3, 12, 12), np.float32)
    image = truth + 0.1 * random.random((3, 12, 12), np.float32)
    from skimage.metrics import structural_similarity

    slices = [
        structural_similarity(a, b, data_range=float(np.ptp(truth)))
        for a, b in zip(image, truth, strict=True)
    ]
    assert ssim(image, truth) == pytest.approx(np.mean(slices), abs=1e-5)
    assert snr(truth, truth) == np.inf
