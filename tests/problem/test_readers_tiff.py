"""TIFF of every kind of value, layout and meaning: the numbers that were written are shown."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from core.problem.readers.slices import read_slice
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, refused

ROWS, COLUMNS = 20, 17
GREY = np.random.default_rng(3).integers(0, 120, (ROWS, COLUMNS))


def unit(array):
    array = np.asarray(array, np.float64)
    array = array - min(array.min(), 0)
    return array / array.max()


def written(array, **options):
    return files.tifffile_stack(np.asarray(array), **options)


def assert_shows(content, expected, index=None, shape=None):
    read = read_slice(content, index)
    assert read.kind == "TIFF"
    np.testing.assert_allclose(read.pixels, unit(expected), atol=1e-5)
    if shape:
        assert read.shape == shape


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    "dtype", ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "c8", "c16"]
)
def test_numbers_of_every_kind(dtype, order, big):
    kind = np.dtype(dtype).newbyteorder(order)
    scale = {"u": np.iinfo(dtype).max // 120 if dtype[0] == "u" else 1}.get(dtype[0], 1)
    values = GREY.astype(dtype) * np.array(scale, dtype)
    if dtype[0] in "if":
        values = values - np.array(60, dtype)
    if dtype[0] == "c":
        values = values * np.exp(1j * GREY).astype(dtype)
    expected = np.abs(values) if dtype[0] == "c" else values.astype(np.float64)
    content = written(values.astype(kind), byteorder=order, bigtiff=big)
    read = read_slice(content)
    np.testing.assert_allclose(read.pixels, unit(expected), atol=2e-3 if dtype == "f2" else 1e-5)


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "i2", "f4"])
@pytest.mark.parametrize("options", [{}, {"tile": (16, 16)}, {"rowsperstrip": 3}])
def test_white_is_zero_is_inverted(dtype, options):
    top = np.iinfo(dtype).max if dtype[0] == "u" else GREY.max()
    values = GREY.astype(dtype) * np.array(top // 120 if dtype[0] == "u" else 1, dtype)
    content = written(values, photometric="miniswhite", **options)
    assert_shows(content, top - values.astype(float))


@pytest.mark.parametrize("compression", ["zlib", "lzw", "packbits", "lzma", "zstd"])
@pytest.mark.parametrize(
    ("dtype", "predictor"), [("u1", 1), ("u2", 2), ("i4", 2), ("f4", 3), ("f8", 1)]
)
def test_every_lossless_compression(compression, dtype, predictor):
    content = written(
        GREY.astype(dtype), compression=compression, predictor=predictor, tile=(16, 32)
    )
    assert_shows(content, GREY)


@pytest.mark.parametrize("compression", ["jpeg", "webp", "jpeg2000"])
def test_compressions_of_photographs(compression):
    smooth = np.add.outer(np.arange(32), np.arange(48)).astype(np.uint8) * 3
    colours = np.repeat(smooth[..., None], 3, -1)
    content = written(colours, compression=compression, photometric="rgb", planarconfig="contig")
    np.testing.assert_allclose(read_slice(content).pixels, unit(smooth), atol=0.06)


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "f4", "f8"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("samples", [3, 4])
def test_colours_of_any_depth_lie_beside_or_behind_each_other(dtype, planar, samples):
    weights = np.array([1, 2, 3, 5][:samples])
    colours = (GREY[..., None] // 6 * weights).astype(dtype)
    stored = colours if planar == "contig" else np.moveaxis(colours, -1, 0)
    content = written(stored, photometric="rgb", planarconfig=planar)
    expected = colours[..., :3].astype(float) @ (0.299, 0.587, 0.114)
    assert_shows(content, expected, shape=(1, ROWS, COLUMNS))


@pytest.mark.parametrize("extra", ["unassalpha", "assocalpha", "unspecified"])
def test_transparency_of_a_grey_picture_is_ignored(extra):
    pair = np.stack([GREY, np.full_like(GREY, 255)], -1).astype(np.uint8)
    content = written(pair, photometric="minisblack", extrasamples=[extra], planarconfig="contig")
    assert_shows(content, GREY)


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_of_five_samples_without_a_meaning_the_first_is_shown(planar):
    samples = np.stack([GREY, *[GREY * 0 + k for k in range(4)]], -1).astype(np.uint16)
    stored = samples if planar == "contig" else np.moveaxis(samples, -1, 0)
    content = written(
        stored, photometric="minisblack", planarconfig=planar, extrasamples=["unspecified"] * 4
    )
    assert_shows(content, GREY)


def test_a_palette_gives_colours():
    colours = np.random.default_rng(1).integers(0, 2**16, (3, 256)).astype(np.uint16)
    content = written(GREY.astype(np.uint8), photometric="palette", colormap=colours)
    expected = np.tensordot((0.299, 0.587, 0.114), colours[:, GREY].astype(float), 1)
    assert_shows(content, expected)


def test_inks_and_lightness_become_grey():
    inks = np.stack([GREY, GREY // 2, GREY // 3, GREY // 4], -1).astype(np.uint8)
    content = written(inks, photometric="separated", planarconfig="contig")
    light = 255.0 - inks
    expected = (light[..., :3] * light[..., 3:]) @ (0.299, 0.587, 0.114)
    assert_shows(content, expected)
    colours = np.stack([GREY, GREY * 0 + 128, GREY * 0 + 128], -1).astype(np.uint8)
    assert_shows(written(colours, photometric="ycbcr"), GREY)
    lab = np.stack([GREY, GREY * 0 + 7, GREY * 0 + 9], -1).astype(np.uint8)
    assert_shows(written(lab, photometric="cielab", planarconfig="contig"), GREY)


def test_one_bit_a_pixel():
    bits = GREY > 60
    assert_shows(written(bits, photometric="minisblack"), bits)
    assert_shows(written(bits, photometric="miniswhite"), ~bits)
    for compression in ("group3", "group4"):  # of telefaxes
        file = io.BytesIO()
        Image.fromarray(bits).save(file, "TIFF", compression=compression)
        assert_shows(file.getvalue(), bits)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_header_says(orientation):
    # As Pillow turns a photograph.
    image = Image.fromarray(GREY.astype(np.uint8))
    image.getexif()[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", quality=100, exif=image.getexif())
    expected = read_slice(file.getvalue()).pixels
    tag = (274, "H", 1, orientation, True)
    content = written(GREY.astype(np.uint8), extratags=[tag])
    np.testing.assert_allclose(read_slice(content).pixels, expected, atol=0.05)
    colours = np.repeat(GREY[..., None], 3, -1).astype(np.uint16)
    deep = read_slice(written(colours, photometric="rgb", extratags=[tag])).pixels
    np.testing.assert_allclose(deep, expected, atol=0.05)


def pages(*writes):
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for array, options in writes:
            writer.write(np.asarray(array).astype(np.uint16), **options)
    return file.getvalue()


def test_reduced_copies_and_masks_are_no_slices():
    small = {"subfiletype": 1}
    thumbnail = pages((STACK[0], {}), (STACK[0][::3, ::3], small))
    assert_shows(thumbnail, STACK[0], shape=(1, 12, 9))
    pyramid = pages((STACK[0], {}), (STACK[0][::2, ::2], small), (STACK[0][::4, ::4], small))
    assert_shows(pyramid, STACK[0], shape=(1, 12, 9))
    before = pages((STACK[0][::3, ::3], small), (STACK[0], {}))
    assert_shows(before, STACK[0], shape=(1, 12, 9))
    only_reduced = pages((STACK[0], small), (STACK[1], small))
    assert_shows(only_reduced, STACK[1], shape=(2, 12, 9))


def test_copies_inside_a_page_are_no_slices_and_a_picture_inside_a_thumbnail_is_one():
    # As slide scanners and raw cameras write them.
    inner = pages((STACK[0], {"subifds": 1}), (STACK[0][::2, ::2], {"subfiletype": 1}))
    assert_shows(inner, STACK[0], shape=(1, 12, 9))
    outer = pages((STACK[0][::3, ::3], {"subifds": 1, "subfiletype": 1}), (STACK[0], {}))
    assert_shows(outer, STACK[0], shape=(1, 12, 9))


@pytest.mark.parametrize(
    "options",
    [
        {"photometric": "minisblack"},
        {"imagej": True},
        {"ome": True, "metadata": {"axes": "ZYX"}},
        {"photometric": "minisblack", "tile": (16, 16)},
        {"photometric": "minisblack", "volumetric": True, "tile": (2, 16, 16)},
        {"photometric": "minisblack", "truncate": True},
    ],
)
def test_stacks_as_programs_write_them(options):
    content = written(STACK, **options)
    pages_in_file = 1 if options.get("truncate") else len(STACK)
    for k in range(pages_in_file):
        assert_shows(content, STACK[k], k, (pages_in_file, 12, 9))


def test_a_stack_of_imagej_with_one_header_for_all_slices():
    for order in "<>":
        content = written(STACK.astype(f"{order}u2"), imagej=True, byteorder=order, truncate=True)
        with tifffile.TiffFile(io.BytesIO(content)) as file:
            assert len(file.pages) == 1
        for k, plane in enumerate(STACK):
            assert_shows(content, plane, k, (5, 12, 9))


def test_pages_of_different_types_open_each():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for dtype in ("u1", "u2", "f4"):
            writer.write(GREY.astype(dtype))
    for k in range(3):
        assert_shows(file.getvalue(), GREY, k)


def test_what_cannot_be_read_is_named():
    raw = written(GREY.astype(np.uint16), photometric="cfa")
    assert "photometric kind CFA" in refused(raw)
    colours = np.repeat(GREY[..., None], 3, -1).astype(np.uint8)
    content = bytearray(written(colours, photometric="ycbcr"))
    place = content.index(b"\x12\x02\x03\x00\x02\x00\x00\x00") + 8  # one colour for four pixels
    content[place : place + 4] = b"\2\0\2\0"
    assert "chroma subsampling" in refused(bytes(content))
    content = bytearray(written(GREY.astype(np.uint8), compression="zlib"))
    place = content.index(b"\x03\x01\x03\x00\x01\x00\x00\x00") + 8
    content[place : place + 2] = (34_661).to_bytes(2, "little")
    assert "compressed as JBIG" in refused(bytes(content))
    content = bytearray(written(GREY.astype(np.float32)))
    place = content.index(b"\x53\x01\x03\x00\x01\x00\x00\x00") + 8  # float to complex integer
    content[place : place + 2] = (5).to_bytes(2, "little")
    assert "32 bits of the kind COMPLEXINT" in refused(bytes(content))


def test_a_page_that_is_announced_and_missing_is_damage():
    content = written(STACK, photometric="minisblack")
    assert "cut short" in refused(content[: len(content) * 2 // 3], 0)
