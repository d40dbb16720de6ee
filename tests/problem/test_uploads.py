"""Files that people open: their kind by their content, and every slice as it was written."""

import io

import numpy as np
import pytest
from PIL import Image

from core.keys import content_key
from core.problem.uploads import open_upload
from tests.helpers import sample_files as files
from tests.helpers.sample_files import STACK, scaled


@pytest.mark.parametrize("name", files.stacks())
def test_every_slice_of_every_kind_of_stack_is_the_one_that_was_written(name):
    content = files.stacks()[name]
    info = open_upload(name, content).info
    assert info.shape == STACK.shape
    assert info.slices == 5
    assert info.title == name
    for k, expected in enumerate(STACK):
        image = open_upload(name, content, k)
        np.testing.assert_allclose(image.pixels, scaled(expected), atol=1e-6)
        assert image.pixels.dtype == np.float32
        assert image.slice == k
    assert open_upload(name, content).slice == 2  # the middle
    assert open_upload(name, content).label == f"{name}, slice 2 of 0–4"


@pytest.mark.parametrize("name", files.pictures())
def test_every_kind_of_picture_opens(name):
    content = files.pictures()[name]
    assert open_upload(name, content).info.shape == (1, 12, 9)
    image = open_upload(f"/home/somebody/{name}", content)
    assert image.label == name
    assert image.read(64).shape == (64, 64)


def test_what_a_file_is_is_told_from_its_content_and_not_its_name():
    kinds = [open_upload("brain", content).info.kind for content in files.stacks().values()]
    assert kinds == [
        *[".npy"] * 2,
        *[".npz"] * 2,
        *["HDF5"] * 2,
        *["NIfTI"] * 3,
        *["DICOM"] * 2,
        *["TIFF"] * 3,
        "HDF5",
        "DICOM in a ZIP archive",
    ]


def test_a_file_on_disk_is_the_same_as_its_content(tmp_path):
    (tmp_path / "own.npy").write_bytes(files.npy(STACK))
    from_disk = open_upload("own.npy", tmp_path / "own.npy", 1)
    assert from_disk == open_upload("own.npy", files.npy(STACK), 1)


def test_the_key_follows_content_and_slice_and_not_the_name():
    one, other = files.npy(STACK), files.npy(STACK + 1)
    images = [open_upload("a.npy", one, 0), open_upload("a.npy", one, 1)]
    images.append(open_upload("a.npy", other, 0))
    assert len({image.digest for image in images}) == 3
    assert len({content_key(image) for image in images}) == 3
    renamed = open_upload("the name of somebody.npy", one, 0)
    assert renamed == images[0]
    assert content_key(renamed) == content_key(images[0])


def test_fastmri_comes_before_larger_datasets_and_the_largest_before_others():
    def fill(file):
        file["kspace"] = np.ones((5, 4, 12, 9), np.complex64)
        file["reconstruction_esc"] = np.zeros((5, 40, 40))
        file["reconstruction_rss"] = STACK
        file["ismrmrd_header"] = "<xml/>"

    assert open_upload("f.h5", files.hdf5(fill)).info.dataset == "reconstruction_rss"

    def others(file):
        file["small"] = np.ones((9, 9))
        file["group/large"] = STACK
        file["words"] = "text"

    assert open_upload("f.h5", files.hdf5(others)).info.dataset == "group/large"
    arrays = files.npz(small=np.ones((9, 9)), large=STACK, words=np.array(["a"]))
    assert open_upload("f.npz", arrays).info.dataset == "large"


def test_a_group_that_holds_itself_is_walked_once():
    def fill(file):
        file["group/volume"] = STACK
        file["group/again"] = file["group"]

    assert open_upload("f.h5", files.hdf5(fill)).info.dataset == "group/volume"


def test_the_shipped_images_can_be_opened_as_a_file_too():
    from core.problem.images import StoredImage
    from core.problem.stored import IMAGES_FILE

    opened = open_upload("images.h5", IMAGES_FILE, 22)
    np.testing.assert_allclose(opened.read(96), StoredImage().read(96), atol=1e-6)


def test_complex_values_become_magnitudes():
    values = STACK[0] * np.exp(1j * np.linspace(0, 6, 108).reshape(12, 9))
    expected = scaled(np.abs(values))
    for content in (files.npy(values), files.fastmri(values[None].astype(np.complex64))):
        np.testing.assert_allclose(open_upload("c", content).pixels, expected, atol=1e-6)


def test_negative_values_are_shifted_to_start_at_zero():
    values = STACK[0].astype(np.float64) - 400
    expected = (values - values.min()) / np.ptp(values)
    np.testing.assert_allclose(open_upload("n", files.npy(values)).pixels, expected, atol=1e-6)


def test_colours_become_grey_by_their_luminance():
    colour = np.stack(STACK[:3], axis=-1).astype(np.uint8)
    expected = np.asarray(Image.fromarray(colour).convert("L"), np.float64)
    alpha = np.dstack([colour, STACK[3].astype(np.uint8)])
    for content in (
        files.picture(colour, "PNG"),
        files.picture(alpha, "PNG"),
        files.picture(alpha, "TIFF"),
        files.npy(colour),
        files.npy(np.asfortranarray(colour)),
        files.npz(picture=colour),
        files.fastmri(colour),
        files.dicom(
            colour, SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0
        ),
    ):
        image = open_upload("colour", content)
        # Pillow rounds to whole grey values.
        np.testing.assert_allclose(image.pixels * expected.max(), expected, atol=1.01)


def test_transparency_is_ignored():
    pair = np.dstack([STACK[0], STACK[1]]).astype(np.uint8)
    image = open_upload("LA.png", files.picture(pair, "PNG"))
    np.testing.assert_allclose(image.pixels, scaled(pair[..., 0]), atol=1e-6)


def test_sixteen_bits_are_kept():
    fine = np.arange(60_000, 60_108, dtype=np.uint16).reshape(12, 9)
    image = open_upload("deep.png", files.picture(fine, "PNG"))
    np.testing.assert_allclose(image.pixels, scaled(fine), atol=1e-6)


def test_a_photograph_is_turned_as_the_camera_says():
    grey = STACK[0].astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° clockwise
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG", exif=exif)
    image = open_upload("photograph.png", file.getvalue())
    np.testing.assert_allclose(image.pixels, scaled(np.rot90(grey, -1)), atol=1e-6)


def test_a_large_picture_is_averaged_so_that_a_session_stays_small():
    large = np.add.outer(np.arange(2500), np.arange(3000)).astype(np.uint16)
    image = open_upload("large.npy", files.npy(large))
    assert image.pixels.shape == (834, 1000)
    assert image.pixels.nbytes < 4.2e6
    # A ramp stays a ramp.
    rows = image.pixels[:800, 10].astype(np.float64)
    np.testing.assert_allclose(np.diff(rows), np.diff(rows).mean(), rtol=1e-3)
