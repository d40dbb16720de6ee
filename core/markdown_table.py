"""Tables in Markdown: the one place that writes their bars."""

import re
from collections.abc import Iterable, Sequence

from core.number_format import with_minus

RULES = {"l": ":--", "r": "--:", "c": ":-:"}


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], align: str = "lr"
) -> str:
    """A table with one line for each row, without a newline at its end.

    Parameters
    ----------
    headings : the cells of the first line.
    rows : the cells of each line after it, as many as there are headings.
    align : "l", "r" or "c" for each column; the last letter counts for those that follow.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than there are headings: Markdown would move its values
        under other headings without a word.
    """
    letters = align.ljust(len(headings), align[-1])[: len(headings)]
    lines = [_line(headings), f"|{'|'.join(RULES[letter] for letter in letters)}|"]
    for row in rows:
        if len(row) != len(headings):
            raise ValueError(
                f"The row {_line(row)} has {len(row)} cells under {len(headings)} headings."
            )
        lines.append(_line(row))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """The text on one line, its own bars escaped where they are not yet.

    Numbers get a minus for their hyphen, but where a cell has code or a formula.
    """
    line = " ".join(text.splitlines())
    plain = not set("`$\\") & set(line)
    return re.sub(r"(?<!\\)\|", r"\\|", with_minus(line) if plain else line)
