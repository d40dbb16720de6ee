import pytest

from core.geometry.views import EvenViews
from core.parameter import Parameter
from core.parameters import parameters_of
from core.problem.drawing import Drawing
from core.ui.controls.link_sentence import plain_text, read_for_people

METHOD = Parameter(name="a", default="fbp", choices=("fbp", "tv_admm"))
RADIUS = Parameter(name="lesion.radius", default=5.0, low=1.0, high=9.0)


def of(kind, name):
    """A parameter of the laboratory."""
    (found,) = (parameter for parameter in parameters_of(kind) if parameter.name == name)
    return found


@pytest.mark.parametrize(
    ("parameter", "text", "label", "sentence"),
    [
        (METHOD, "fbp", "Method A", ""),
        (
            METHOD,
            "elephant",
            "Method A",
            "Method A must be one of Filtered back-projection, Tv admm, not 'elephant'; the link "
            "was read with Filtered back-projection.",
        ),
        (
            RADIUS,
            "99",
            r"Radius $\rho$ (px)",
            "Radius must be from 1 to 9, not 99; the link was read with 9.",
        ),
        (
            RADIUS,
            "wide",
            "Radius",
            "Radius must be a number, not 'wide'; the link was read with 5.",
        ),
        (
            Parameter(name="step_size", default=1.0, low=0.0, high=2.0),
            "3",
            "",
            "Step size must be from 0 to 2, not 3; the link was read with 2.",
        ),
        (
            of(EvenViews, "arc"),
            "3.1416",
            "Arc",
            "Arc: An arc of 3.1416 degrees looks like 180° in radians: give 180, since all angles "
            "are in degrees; the link was read with 180.",
        ),
        (
            of(Drawing, "shapes"),
            "disc 1 0 0 99",
            "Shapes",
            "Shapes: The lengths of the disc must be from -2 to 2; the link was read with ellipse "
            "0.4 0 0 0.6 0.8 0; disc 1 -0.2 0.3 0.15; polygon 0.8 0 -0.4 0.3 -0.4 0.15 -0.1.",
        ),
    ],
)
def test_a_sentence_uses_the_words_of_the_screen(parameter, text, label, sentence):
    words = {"fbp": "Filtered back-projection"}
    assert read_for_people(parameter, text, label, words)[1] == plain_text(sentence)
