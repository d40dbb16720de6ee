"""Formulas within a text, in pieces that stay whole."""

import re


def formulas(latex: str) -> str:
    r"""Write formulas that a `\quad` or a `\newline` parts, each of which stays in one piece.

    A browser would break a long one anywhere, within its brackets too.
    """
    lines = [
        " &emsp; ".join(f"$\\displaystyle {part.strip()}$" for part in re.split(r"\\q?quad", line))
        for line in latex.split("\\newline")
    ]
    return "  \n".join(lines)
