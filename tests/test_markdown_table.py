from pathlib import Path

import pytest

from core.markdown_table import markdown_table
from tests.helpers.printed_tables import tables_of


def test_a_table_has_a_cell_under_every_heading():
    text = markdown_table(["a", "b", "c"], [["1", "2", "3"], ["4", "", "6"]])
    assert text == "| a | b | c |\n|:--|--:|--:|\n| 1 | 2 | 3 |\n| 4 |  | 6 |"
    assert tables_of(text) == [[["a", "b", "c"], ["1", "2", "3"], ["4", "", "6"]]]


def test_the_last_letter_aligns_the_columns_that_follow():
    rules = markdown_table(["a", "b", "c", "d"], [], align="lrc").splitlines()[1]
    assert rules == "|:--|--:|:-:|:-:|"
    assert markdown_table(["a"], [], align="lrc").splitlines()[1] == "|:--|"


@pytest.mark.parametrize("row", [["1"], ["1", "2", "3"]])
def test_a_row_with_another_number_of_cells_is_refused(row):
    with pytest.raises(ValueError, match=f"has {len(row)} cells under 2 headings"):
        markdown_table(["a", "b"], [row])


def test_bars_and_line_ends_within_a_cell_stay_within_it():
    text = markdown_table(["a", "b"], [["x|y", "one\ntwo"], [r"$\|m\|$", "3"]])
    assert tables_of(text)[0][1:] == [[r"x\|y", "one two"], [r"$\|m\|$", "3"]]


def test_numbers_have_a_minus_but_not_in_code_or_formulas():
    rows = [["-2.5 ± 0.1", "**-1**"], ["`-3`", "$x^{-1}$"], ["1-3, 2e-07", "L-curve"]]
    text = markdown_table(["a", "b"], rows)
    wanted = [["−2.5 ± 0.1", "**−1**"], ["`-3`", "$x^{-1}$"], ["1-3, 2e-07", "L-curve"]]
    assert tables_of(text)[0][1:] == wanted


def test_no_other_module_writes_the_bars_of_a_table():
    """A table built by hand lost a cell once; literal tables in texts have no rows to lose."""
    import core

    home = Path(core.__file__).parent
    by_hand = {
        path.relative_to(home).as_posix()
        for path in home.rglob("*.py")
        if "recipes" not in path.parts
        and any(mark in path.read_text(encoding="utf-8") for mark in ('" | "', "' | '", 'f"| '))
    }
    assert by_hand == {"markdown_table.py"}
