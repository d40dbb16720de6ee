"""NIfTI: any orientation, scale and colours, pairs of files, and what lies outside the brain."""

import gzip
import io
import itertools

import nibabel
import numpy as np
import pytest

from core.errors import InputError
from core.problem.readers.slices import read_slice
from core.problem.uploads import open_upload
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused, scaled

RNG = np.random.default_rng(2)


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
    alone = tmp_path / ("x" * 254)  # no second file can have this name and an ending
    alone.write_bytes(header)
    assert "second file, .img" in refused(alone)
    for name in ("pair.hdr", "old.hdr"):
        opened = open_upload(name, tmp_path / name, 1)
        reference = nibabel.as_closest_canonical(nibabel.load(tmp_path / name))
        plane = np.asarray(reference.dataobj).reshape(volume.shape)[:, ::-1, 1].T
        np.testing.assert_allclose(opened.pixels, scaled(plane), atol=1e-6)


def test_nifti_is_shown_with_the_forehead_up_however_it_lies_in_the_file():
    rng = np.random.default_rng(1)
    array = rng.integers(1, 100, (4, 5, 6)).astype(np.int16)
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            affine = np.eye(4)
            oblique = rng.normal(0, 0.1, (3, 3))
            affine[:3, :3] = np.diag(signs) @ np.eye(3)[list(order)] + oblique
            image = nibabel.Nifti1Image(array, affine)
            upright = nibabel.as_closest_canonical(image).get_fdata()
            opened = open_upload("v.nii", image.to_bytes(), 1)
            expected = upright[:, ::-1, 1].T  # rows from front to back, left on the left
            np.testing.assert_allclose(opened.pixels, scaled(expected), atol=1e-6)


def test_nifti_with_scaling_colours_and_axes_of_length_one():
    array = STACK[0].astype(np.int16)[..., None, None]
    image = nibabel.Nifti1Image(array, np.eye(4))
    image.header.set_slope_inter(2.0, -300.0)
    file = io.BytesIO()
    image.to_file_map({"image": nibabel.FileHolder(fileobj=file)})
    opened = open_upload("scaled.nii", file.getvalue())
    expected = nibabel.Nifti1Image.from_bytes(file.getvalue()).get_fdata()[:, ::-1, 0, 0].T
    shifted = (expected - expected.min()) / np.ptp(expected)
    np.testing.assert_allclose(opened.pixels, shifted, atol=1e-5)

    colours = np.zeros((6, 5, 4), np.dtype([(name, np.uint8) for name in "RGB"]))
    colours["G"] = np.arange(120).reshape(6, 5, 4)
    opened = open_upload("colour.nii", files.nifti(colours), 2)
    np.testing.assert_allclose(opened.pixels, scaled(colours["G"][:, ::-1, 2].T), atol=1e-6)


def test_a_nifti_header_without_directions_still_opens():
    content = bytearray(files.nifti(STACK.astype(np.int16)))
    content[252:256] = (0).to_bytes(2, "little") + (1).to_bytes(2, "little")  # sform only …
    content[280:328] = bytes(48)  # … and all zero
    assert open_upload("v.nii", bytes(content)).pixels.shape == (12, 5)


def test_a_compressed_stack_is_read_no_further_than_its_slice():
    # The last bytes are missing: the first slice does not need them.
    content = gzip.compress(files.nifti(np.random.default_rng(0).random((64, 64, 64))))
    cut = content[: len(content) // 2]
    assert open_upload("v.nii.gz", cut, 0).pixels.shape == (64, 64)
    with pytest.raises(InputError, match="cut short"):
        open_upload("v.nii.gz", cut, 63)
