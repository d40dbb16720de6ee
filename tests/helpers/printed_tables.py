"""Reads Markdown tables as a browser does, and insists that every line has as many cells."""

import re


def tables_of(text: str) -> list[list[list[str]]]:
    """The cells of each line of each table in a text, the line of rules left out."""
    found, lines = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            lines.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif lines:
            heading, rules, *rows = lines
            assert all(re.fullmatch(r":?-+:?", rule) for rule in rules), rules
            counts = {len(heading), len(rules), *map(len, rows)}
            assert len(counts) == 1, f"lines of {counts} cells under {heading}"
            found.append([heading, *rows])
            lines = []
    return found
