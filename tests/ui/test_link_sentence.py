import pytest

from core.parameter import Parameter
from core.ui.controls.link_sentence import read_for_people

METHOD = Parameter(name="a", default="fbp", choices=("fbp", "tv_admm"))
RADIUS = Parameter(name="lesion.radius", default=5.0, low=1.0, high=9.0)


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
    ],
)
def test_a_sentence_uses_the_words_of_the_screen(parameter, text, label, sentence):
    words = {"fbp": "Filtered back-projection"}
    assert read_for_people(parameter, text, label, words)[1] == sentence
