"""NIfTI: slices of any orientation, pairs of files, and what lies outside the brain."""

import gzip
import itertools

import nibabel
import numpy as np
import pytest

from core.problem.readers.slices import read_slice
from core.problem.uploads import open_upload
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused

RNG = np.random.default_rng(2)


def scaled(array):
    return array / array.max()


@pytest.mark.parametrize("thin", range(3))
@pytest.mark.parametrize("count", [1, 2])
def test_thin_volumes_are_shown_in_the_slices_they_were_taken_in(thin, count):
    canonical = RNG.integers(1, 1000, (20, 16, 12)).astype(np.float32)
    canonical = canonical.take(range(count), axis=thin)
    # Columns to the right or to the front, rows downwards.
    columns, rows = (axis for axis in range(3) if axis != thin)
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            affine = np.eye(4)
            affine[:3, :3] = np.eye(3)[:, list(order)] * signs
            # The array whose canonical form is `canonical`.
            stored = canonical.transpose(order)[tuple(np.s_[::sign] for sign in signs)]
            image = nibabel.Nifti1Image(np.ascontiguousarray(stored), affine)
            np.testing.assert_array_equal(
                nibabel.as_closest_canonical(image).get_fdata(), canonical
            )
            read = read_slice(image.to_bytes(), count - 1)
            plane = np.moveaxis(canonical, (thin, rows, columns), (0, 1, 2))[count - 1]
            np.testing.assert_allclose(read.pixels, scaled(plane[::-1]), atol=1e-6)
            assert read.shape == (count, *plane.shape)


def test_an_image_with_two_axes_opens():
    image = nibabel.Nifti1Image(STACK[0].T.astype(np.int16), np.eye(4))
    np.testing.assert_allclose(
        read_slice(image.to_bytes()).pixels, scaled(STACK[0][::-1]), atol=1e-6
    )


def test_what_is_not_a_number_is_0_in_nifti_and_said():
    values = STACK.astype(np.float32).transpose(2, 1, 0) - 300
    values[:3] = np.nan
    opened = open_upload("spm.nii", files.nifti(values), 1)
    plane = np.nan_to_num(values[:, ::-1, 1].T)
    np.testing.assert_allclose(opened.pixels, (plane - plane.min()) / np.ptp(plane), atol=1e-6)
    assert opened.info.remarks == (
        "33 % of the pixels are not numbers (NaN), as outside the brain in files of SPM; they "
        "are 0 here.",
    )
    assert "infinite" in refused(files.nifti(np.where(values > 0, np.inf, values)))


@pytest.mark.parametrize("zero", [0.0, np.nan])
def test_a_slope_of_0_means_no_scale(zero):
    content = bytearray(files.nifti(STACK.astype(np.int16).transpose(2, 1, 0)))
    content[112:120] = np.array([zero, 7], "<f4").tobytes()
    expected = scaled(STACK[1][::-1])
    np.testing.assert_allclose(read_slice(bytes(content), 1).pixels, expected, atol=1e-6)


def test_values_that_start_at_0_start_after_the_header():
    content = bytearray(files.nifti(STACK.astype(np.int16).transpose(2, 1, 0)))
    content[108:112] = bytes(4)
    for own in (bytes(content), gzip.compress(content)):
        np.testing.assert_allclose(read_slice(own, 1).pixels, scaled(STACK[1][::-1]), atol=1e-6)


def test_a_header_alone_names_the_second_file_and_finds_it_on_disk(tmp_path):
    volume = STACK.astype(np.int16).transpose(2, 1, 0)
    nibabel.save(nibabel.Nifti1Pair(volume, np.eye(4)), tmp_path / "pair.img")
    nibabel.save(nibabel.AnalyzeImage(volume, np.eye(4)), tmp_path / "old.img")
    header = (tmp_path / "pair.hdr").read_bytes()
    assert "its values are in a second file, .img" in refused(header)
    assert "second file, .img" in refused((tmp_path / "old.hdr").read_bytes())
    for name in ("pair.hdr", "old.hdr"):
        opened = open_upload(name, tmp_path / name, 1)
        reference = nibabel.as_closest_canonical(nibabel.load(tmp_path / name))
        plane = np.asarray(reference.dataobj).reshape(volume.shape)[:, ::-1, 1].T
        np.testing.assert_allclose(opened.pixels, scaled(plane), atol=1e-6)
