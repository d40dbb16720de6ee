"""DICOM: scales, colours, padding, compression, and files without what the standard asks for."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from core.problem.readers.slices import read_slice
from core.problem.uploads import open_upload
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused, scaled

VALUES = STACK[0].astype(np.int16)
OUTSIDE = np.hypot(*(np.indices(VALUES.shape).T - np.array([5.5, 4])).T) > 4.5


def assert_shows(content, expected, index=None):
    np.testing.assert_allclose(read_slice(content, index).pixels, scaled(expected), atol=1e-5)


def padded(value, **tags):
    return files.dicom(np.where(OUTSIDE, value, VALUES - 1000).astype(np.int16), **tags)


def test_padding_is_as_dark_as_the_darkest_pixel():
    expected = np.where(OUTSIDE, VALUES[~OUTSIDE].min(), VALUES) - VALUES[~OUTSIDE].min()
    signed = {"PixelRepresentation": 1, "RescaleSlope": "1", "RescaleIntercept": "0"}
    content = padded(-2000, PixelPaddingValue=-2000, **signed)
    pixels = read_slice(content).pixels
    np.testing.assert_allclose(pixels, expected / expected.max(), atol=1e-5)
    # A range, in either order.
    for first, last in ((-2000, -1500), (-1500, -2000)):
        own = padded(-1700, PixelPaddingValue=first, PixelPaddingRangeLimit=last, **signed)
        np.testing.assert_array_equal(read_slice(own).pixels, pixels)
    unsigned = padded(-2000, **signed)
    # The header says which sign a padding value has; many programs write it without.
    place = unsigned.index(b"\x28\x00\x52\x10")  # Rescale Intercept, which comes after it
    element = b"\x28\x00\x20\x01US\x02\x00" + (63536).to_bytes(2, "little")
    own = unsigned[:place] + element + unsigned[place:]
    np.testing.assert_array_equal(read_slice(own).pixels, pixels)


def test_padding_stays_dark_where_the_image_is_inverted():
    stored = np.where(OUTSIDE, 4095, STACK[0]).astype(np.uint16)
    inside = STACK[0][~OUTSIDE]
    expected = np.where(OUTSIDE, 0, int(inside.max()) - STACK[0].astype(int))
    content = files.dicom(stored, PhotometricInterpretation="MONOCHROME1", PixelPaddingValue=4095)
    assert_shows(content, expected)


def test_an_image_of_padding_alone_is_constant():
    content = files.dicom(np.full((9, 9), 7, np.uint16), PixelPaddingValue=7)
    assert "constant: every pixel is 7" in refused(content)


def transformation(slope, intercept):
    item, group = Dataset(), Dataset()
    item.RescaleSlope, item.RescaleIntercept, item.RescaleType = slope, intercept, "US"
    group.PixelValueTransformationSequence = Sequence([item])
    return group


def test_the_scale_of_an_enhanced_file_is_that_of_its_frame():
    slopes, offsets = (1, 2, 3, 4, 5), (0, -100, -200, -300, 500)
    frames = Sequence([transformation(*pair) for pair in zip(slopes, offsets, strict=True)])
    shared = Sequence([transformation(2, -700)])
    own = files.dicom(STACK, PerFrameFunctionalGroupsSequence=frames)
    both = files.dicom(
        STACK, PerFrameFunctionalGroupsSequence=frames, SharedFunctionalGroupsSequence=shared
    )
    common = files.dicom(STACK, SharedFunctionalGroupsSequence=shared, RescaleSlope="9")
    for k, plane in enumerate(STACK.astype(float)):
        assert_shows(own, slopes[k] * plane + offsets[k], k)
        assert_shows(both, slopes[k] * plane + offsets[k], k)
        assert_shows(common, 2 * plane - 700, k)


def test_groups_without_a_scale_leave_the_scale_of_the_file():
    empty = Sequence([Dataset() for _ in STACK])
    content = files.dicom(
        STACK,
        PerFrameFunctionalGroupsSequence=empty,
        RescaleSlope="2",
        RescaleIntercept="-700",
    )
    assert_shows(content, 2.0 * STACK[3] - 700, 3)


@pytest.mark.parametrize(
    ("slope", "intercept", "expected"),
    [("", "", STACK[0]), ("", "-500", STACK[0] - 500.0), ("2", "", 2.0 * STACK[0])],
)
def test_an_empty_slope_is_1_and_an_empty_intercept_0(slope, intercept, expected):
    content = files.dicom(STACK[0], RescaleSlope=slope, RescaleIntercept=intercept)
    assert_shows(content, expected)


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
)
def test_a_data_set_without_file_meta_information_opens(syntax):
    pixels = STACK.astype(">u2") if syntax == ExplicitVRBigEndian else STACK
    whole = files.dicom(pixels, syntax)
    for content in (whole, files.data_set_alone(whole)):
        assert_shows(content, STACK[3], 3)
    assert_shows(whole[128 + 4 :], STACK[3], 3)  # file meta information without the preamble


def test_without_file_meta_information_a_compression_is_unknown():
    whole = files.dicom(np.zeros((8, 8), np.uint8), RLELossless, packed=bytes(64))
    assert "does not say how its pixels are compressed" in refused(files.data_set_alone(whole))


def example(name):
    with open(get_testdata_file(name, download=False), "rb") as file:
        return file.read()


def test_padding_that_a_compression_has_smeared_is_no_darker_than_air():
    content = example("693_J2KI.dcm")
    dataset = pydicom.dcmread(io.BytesIO(content))
    assert dataset.PixelPaddingValue == -2000
    values = np.maximum(dataset.pixel_array - 1024.0, -1024)
    assert_shows(content, values - values.min())


@pytest.mark.parametrize("name", ["liver_1frame.dcm", "SC_rgb_jpeg.dcm"])
def test_one_bit_a_pixel_and_a_header_that_names_another_encoding(name):
    assert read_slice(example(name)).pixels.max() == 1


def test_dicom_is_rescaled_inverted_and_coloured_as_its_header_says():
    stored = STACK[0]
    inverted = open_upload("i.dcm", files.dicom(stored, PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_allclose(inverted.pixels, scaled(int(stored.max()) - stored), atol=1e-6)
    content = files.dicom(stored, RescaleSlope="2", RescaleIntercept="300")
    rescaled = open_upload("r.dcm", content)
    np.testing.assert_allclose(rescaled.pixels, scaled(2.0 * stored + 300), atol=1e-6)
    palette = open_upload("p.dcm", example("examples_palette.dcm"))
    assert palette.pixels.std() > 0.05


@pytest.mark.parametrize("packed", ["MR_small_RLE.dcm", "MR_small_jp2klossless.dcm"])
def test_losslessly_compressed_dicom_is_that_which_was_compressed(packed):
    plain = open_upload("m.dcm", example("MR_small.dcm"))
    np.testing.assert_array_equal(open_upload("m.dcm", example(packed)).pixels, plain.pixels)


def test_a_jpeg_in_a_dicom_file_opens():
    image = open_upload("j.dcm", example("SC_rgb_jpeg_dcmtk.dcm"))
    assert image.pixels.shape == (100, 100)
