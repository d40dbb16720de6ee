import pytest

from core.errors import InputError
from core.evaluation.readme import RESULTS, with_networks, with_scores
from core.evaluation.scores import scores
from core.evaluation.summary import summaries
from tests.helpers.printed_tables import tables_of


def test_the_results_show_the_scores_of_the_file():
    text = RESULTS.read_text(encoding="utf-8")
    assert with_scores(text, summaries(scores())) == text, "run `python -m core evaluate`"


def test_the_results_show_the_networks_in_the_project():
    text = RESULTS.read_text(encoding="utf-8")
    assert with_networks(text) == text, "run `python -m core evaluate`"
    assert text.count("| learned_primal_dual_dival |") == 1


def test_only_what_stands_between_the_marks_changes():
    text = "before\n<!-- scores -->\nold\n<!-- /scores -->\nafter\n"
    written = with_scores(text, summaries(scores())[:1])
    assert written.startswith("before\n<!-- scores -->\n**")
    assert written.endswith("<!-- /scores -->\nafter\n")
    assert "old" not in written


@pytest.mark.parametrize("text", ["no mark", "<!-- scores -->\nno end", "<!-- /scores -->"])
def test_a_missing_mark_is_named_and_nothing_is_lost(text):
    with pytest.raises(InputError, match="<!-- /scores -->"):
        with_scores(text, summaries(scores())[:1])


def number(cell):
    """The first number of a cell."""
    return float(cell.split()[0].replace("−", "-"))


def test_every_line_of_the_tables_of_results_has_a_cell_under_every_heading():
    found = tables_of(RESULTS.read_text(encoding="utf-8"))
    headings = [table[0] for table in found]
    assert sum("over TV / dB" in heading for heading in headings) == 7
    assert sum("published PSNR / SSIM" in heading for heading in headings) == 2
    for table in found:
        if "over TV / dB" in table[0]:
            column = table[0].index("over TV / dB")
            gains = [number(row[column]) for row in table[1:] if row[column] != "–"]
            assert gains == sorted(gains)
    assert all(len(table) > 3 for table in found if "images" in table[0])
