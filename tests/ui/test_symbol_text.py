"""Labels of controls hold no LaTeX, which a screen reader would spell out."""

import re

import pytest

from core.methods import METHODS
from core.parameters import parameters_of
from core.ui.controls.parameter_widgets import label_of
from core.ui.controls.symbol_text import plain_label, symbol_text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\epsilon", "ε"),
        ("k", "k"),
        (r"\tau/\mu", "τ/μ"),
        (r"\mu\lVert A \rVert^2/\tau", "μ‖A‖²/τ"),
        ("I_0", "I₀"),
        ("G^\\top", "Gᵀ"),
        ("|B|", "|B|"),
        (r"\nu_c", ""),  # Unicode has no small c below the line
        (r"s\,d_{\max}", ""),
    ],
)
def test_a_symbol_becomes_text_where_unicode_has_it(latex, text):
    assert symbol_text(latex) == text


def test_a_label_keeps_its_words_and_unit():
    assert plain_label(r"Step $\tau$ (1/L)") == "Step τ (1/L)"
    assert plain_label(r"Cutoff $\nu_c$ (of the highest frequency)") == (
        "Cutoff (of the highest frequency)"
    )
    assert plain_label("What is told in place of $G^\\top$") == "What is told in place of Gᵀ"


def test_no_label_of_a_method_holds_latex():
    labels = [plain_label(label_of(p)) for method in METHODS for p in parameters_of(method)]
    assert len(labels) > 80
    assert [label for label in labels if re.search(r"[$\\{}]", label)] == []
