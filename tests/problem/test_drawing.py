"""A drawing: what its text says, and what hostile texts get for an answer."""

import numpy as np
import pytest

from core.cli.commands import main
from core.errors import InputError
from core.problem.drawing import EXAMPLE, Drawing, parse_shapes
from core.problem.images import parse_image
from core.problem.scan import Scan
from core.ui.scan.link import scan_of, scan_query


def test_areas_and_places_are_those_of_the_text():
    image = Drawing(shapes="disc 1 0.25 0.5 0.25").read(128)
    assert image.sum() == pytest.approx(np.pi * 16**2, rel=0.01)
    row, column = (np.indices((128, 128)) * image).sum((1, 2)) / image.sum()
    # x to the right and y upwards, in halves of the side.
    assert (row, column) == pytest.approx((63.5 - 32, 63.5 + 16), abs=0.05)
    ellipse = Drawing(shapes="ellipse 1 0 0 0.5 0.2 30").read(128)
    assert ellipse.sum() == pytest.approx(np.pi * 32 * 12.8, rel=0.01)
    across = ellipse[63, 64 + 24], ellipse[63 - 14, 64 + 24]
    assert across == (0, 1)  # it is turned anticlockwise
    square = Drawing(shapes="polygon 1 -0.5 -0.5 0.5 -0.5 0.5 0.5 -0.5 0.5").read(64)
    assert square.sum() == pytest.approx(32 * 32, rel=1e-4)
    line = Drawing(shapes="brush 1 0.1 -0.5 0 0.5 0").read(128)
    assert line.sum() == pytest.approx(64 * 6.4 + np.pi * 3.2**2, rel=0.02)


def test_later_shapes_lie_on_top_and_the_brightest_is_one():
    image = Drawing(shapes="disc 0.5 0 0 0.8; disc 0.25 0 0 0.3").read(64)
    assert image.max() == 1
    assert image[32, 32] == pytest.approx(0.5)
    assert image.dtype == np.float32
    assert Drawing(shapes="text 0.7 0 0 0.8 Ab").read(64).sum() > 150
    assert not Drawing(shapes="disc 1 2 2 0.1").read(64).any()


def test_edges_hold_their_share_so_that_a_finer_grid_is_finer():
    drawing = Drawing(shapes="disc 1 0.1 0 0.4")
    coarse, finer = drawing.read(64), drawing.read(128)
    means = finer.reshape(64, 2, 64, 2).mean((1, 3))
    assert np.abs(means - coarse).max() < 0.15
    assert ((coarse > 0) & (coarse < 1)).sum() > 40
    found = Scan(image=drawing, size=64, finer_grid=True).simulate()
    np.testing.assert_array_equal(found.truth, coarse)


def test_a_drawing_has_a_link_and_a_word_on_the_command_line(capsys):
    scan = Scan(image=Drawing(shapes="disc 1 0 0 0.5; text 0.5 0 0 0.3 Hi there"), size=64)
    assert scan_of(scan_query(scan)) == (scan, [])
    assert scan_query(Scan(image=Drawing())) == {"image": "drawing"}
    assert parse_image(f"drawing:{EXAMPLE}") == Drawing()
    arguments = ["solve", "fbp", "--image", "drawing:disc 1 0 0 0.5", "--size", "64"]
    assert main([*arguments, "--json"]) == 0
    assert '"snr"' in capsys.readouterr().out
    assert main([*arguments[:3], "drawing:disc 1 0", "--size", "64"]) == 2
    assert "A disc is written disc VALUE X Y RADIUS, not 'disc 1 0'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "1 to 60 shapes, not 0"),
        (" ; ;", "1 to 60 shapes, not 0"),
        ("disc 1 0 0 0.1;" * 61, "1 to 60 shapes, not 61"),
        ("x" * 4001, "4000 characters; this text has 4001"),
        ("circle 1 0 0 1", "A shape begins with .*, not with 'circle'"),
        ("disc 1 0 0", "A disc is written"),
        ("disc 1 0 0 0.1 0.2", "A disc is written"),
        ("disc 1 0 0 one", "A disc is written"),
        ("disc 2 0 0 0.1", "grey value of a disc must be from 0 to 1, not 2"),
        ("disc nan 0 0 0.1", "grey value of a disc must be from 0 to 1, not nan"),
        ("disc 1 0 0 nan", "lengths of the disc must be from -2 to 2"),
        ("disc 1 1e300 0 0.1", "lengths of the disc must be from -2 to 2"),
        ("disc 1 0 0 -0.1", "size of a disc must be more than 0"),
        ("ellipse 1 0 0 0.1 0.2 1000", "lengths of the ellipse"),
        ("polygon 1 0 0 1 1", "A polygon is written"),
        ("polygon 1 0 0 1 1 0 1 1", "A polygon is written"),
        ("brush 1 0.1 0 0 1", "A brush is written"),
        ("text 1 0 0 0.5", "A text is written"),
        ('text 1 0 0 0.5 """', "plain ASCII"),
        ("text 1 0 0 0.5 \u202eevil", "plain ASCII"),
        ("disc 1 0 0 0.1\n__import__('os')", "A disc is written"),
    ],
)
def test_hostile_texts_get_a_sentence(text, sentence):
    with pytest.raises(InputError, match=sentence):
        parse_shapes(text)
    scan, sentences = scan_of({"image": "drawing", "image_shapes": text})
    assert scan.image == Drawing()
    assert len(sentences) == 1
