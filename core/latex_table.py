"""Tables in LaTeX, with the rules of the package booktabs."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

HAT = "\u0302"
"""The combining character over a letter, which pdfLaTeX does not know."""
POWER = r"(\d(?:\.\d+)?)(?:e([+−-]\d+)|×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
"""A number with a power of ten, as computers and as figures write it."""
SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    "−": r"$-$",
    "‖": r"$\|$",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
}


def latex_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], align: str = "lr", note: str = ""
) -> str:
    r"""A `tabular` with one line for each row; `note` is a comment above it.

    The document needs `\usepackage{booktabs}`, as a comment says, and LuaLaTeX or XeLaTeX for
    letters that are not Latin. `align` is "l", "r" or "c" for each column; the last letter counts
    for those that follow.
    """
    letters = align.ljust(len(headings), align[-1])[: len(headings)]
    lines = [f"% {line}" for line in (r"\usepackage{booktabs}", *note.splitlines())]
    lines += [rf"\begin{{tabular}}{{{letters}}}", r"\toprule", _line(headings), r"\midrule"]
    lines += [*map(_line, rows), r"\bottomrule", r"\end{tabular}"]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return rf"{' & '.join(map(_escaped, cells))} \\"


def _escaped(text: str) -> str:
    signs = "|".join([POWER, rf"\w{HAT}", *map(re.escape, SPECIAL)])
    return re.sub(signs, lambda found: _in_latex(found[0]), " ".join(text.split()))


def _in_latex(sign: str) -> str:
    if power := re.fullmatch(POWER, sign):
        exponent = unicodedata.normalize("NFKC", power[2] or power[3])  # no superscripts
        return rf"${power[1]} \times 10^{{{int(exponent.replace('−', '-'))}}}$"
    return SPECIAL[sign] if sign in SPECIAL else rf"$\hat{{{sign[0]}}}$"
