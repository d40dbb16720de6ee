"""A visitor's own volume as what is scanned: its cubes, its key, and that it is never stored."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.volume_beams import ConeBeam
from core.methods.cgls import CGLS
from core.problem import uploads
from core.problem.uploads import uploads_in
from core.problem.volume_scan import VolumeScan
from core.problem.volumes import own_file
from core.problem.volumes.own_file import UploadedVolume, VolumeInfo, as_one_file, open_own_volume
from core.studies import measurements
from core.studies.measurements import measurement_of
from core.studies.reconstruction import ReconstructionStudy


def own(voxels, steps=(1.0, 1.0, 1.0), spacing=None, **changes):
    info = VolumeInfo(
        title="own.nii", kind="NIfTI", dataset="", shape=voxels.shape, spacing=spacing
    )
    return UploadedVolume(digest="d", info=info, voxels=voxels, steps=steps, **changes)


def ball(shape, steps):
    """A ball of radius 10 in the middle of a box of voxels of these lengths."""
    places = [(np.arange(n) - (n - 1) / 2) * one for n, one in zip(shape, steps, strict=True)]
    z, y, x = np.meshgrid(*places, indexing="ij")
    return (x**2 + y**2 + z**2 <= 100).astype(np.float32)


def test_a_ball_in_voxels_that_are_no_cubes_is_round_again():
    steps = (2.5, 1.0, 1.0)
    volume = own(ball((12, 30, 30), steps), steps, spacing=steps).read(30, 30)
    inside = np.argwhere(volume > 0.5)
    widths = inside.max(axis=0) - inside.min(axis=0) + 1
    assert np.ptp(widths) <= 2
    np.testing.assert_allclose(inside.mean(axis=0), 14.5, atol=0.3)


def test_a_long_volume_fits_in_the_cube_whole():
    voxels = np.zeros((40, 10, 10), np.float32)
    voxels[[0, -1]] = 1
    volume = own(voxels).read(20, 20)
    assert volume[0].max() > 0.3
    assert volume[-1].max() > 0.3
    assert (volume.max(axis=(0, 1)) > 0).sum() <= 6


def test_what_became_of_the_voxels_is_said():
    voxels = np.ones((10, 20, 20), np.float32)
    (known,) = own(voxels, (5.0, 1.0, 1.0), spacing=(5.0, 1.0, 1.0)).remarks(25)
    assert known == (
        "The file's 10×20×20 voxels of 5×1×1 mm are no cubes: they are resampled to cubes of 2 mm."
    )
    (unknown,) = own(voxels).remarks(10)
    assert "does not say how large its voxels are" in unknown
    assert "cubes of 2 pixel sides" in unknown
    (told,) = own(voxels, stretch=3.0).remarks(10)
    assert "taken to be 3 pixel sides apart" in told


def test_the_key_knows_the_content_and_not_the_name():
    one = own(np.ones((4, 4, 4), np.float32))
    scan = VolumeScan(image=one, size=16, beam=ConeBeam.sized(16))
    named = replace(one, info=replace(one.info, title="other.nii"))
    assert replace(scan, image=named).key == scan.key
    assert replace(scan, image=replace(one, digest="e")).key != scan.key
    assert replace(scan, image=replace(one, stretch=2.0)).key != scan.key


def test_it_is_never_stored_and_goes_when_its_file_is_closed():
    scan = VolumeScan(
        image=own(ball((12, 12, 12), (2, 2, 2))), size=12, beam=ConeBeam.sized(12).with_angles(4)
    )
    assert uploads_in(scan) == {"d"}
    assert ReconstructionStudy(scan=scan, method=CGLS(iterations=1)).task.uploads == {"d"}
    measurement_of(scan)
    assert measurements.is_remembered(scan)
    measurements.forget_uploads(frozenset({"d"}))
    assert not measurements.is_remembered(scan)


def test_the_bounds_of_uploads_hold_for_one_file_and_for_several(monkeypatch):
    assert own_file.LARGEST_BYTES == uploads.LARGEST_BYTES
    monkeypatch.setattr(own_file, "LARGEST_BYTES", 1_000_000)
    with pytest.raises(InputError, match=r"1\.5 MB; up to 1 MB"):
        open_own_volume("x", bytes(1_500_000))
    with pytest.raises(InputError, match=r"The 3 files have 1\.5 MB; up to 1 MB"):
        as_one_file([("a", bytes(500_000))] * 3)


def test_a_distance_that_nobody_means_is_refused():
    with pytest.raises(InputError, match="Distance of slices"):
        open_own_volume("x", b"", distance=0.0)
