"""Formulas within a text are parted where they pause, and nowhere else."""

import re

from core.methods import METHODS
from core.ui.formulas import formulas


def test_a_formula_is_parted_where_it_pauses():
    assert formulas(r"a = b, \quad c = (d - e)") == (
        "$\\displaystyle a = b,$ &emsp; $\\displaystyle c = (d - e)$"
    )
    assert formulas(r"a, \newline b") == "$\\displaystyle a,$  \n$\\displaystyle b$"


def test_every_part_of_every_method_closes_its_brackets():
    for method in METHODS:
        for part in re.findall(r"\$([^$]*)\$", formulas(method.equation)):
            assert part.count("{") == part.count("}"), method.name
            assert part.count("(") == part.count(")"), method.name
            assert part.count(r"\begin") == part.count(r"\end"), method.name
