"""Sentences on the pages are short enough to be understood at first reading."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 36
"""Words in a sentence; a formula counts as one."""


def texts(source: str) -> Iterator[str]:
    """The strings of a module that are no docstrings, with a letter for what is filled in."""
    tree = ast.parse(source)
    bodies = [getattr(node, "body", []) for node in ast.walk(tree)]
    first = {id(body[0].value) for body in bodies if _is_text(body)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and id(node) not in first:
            yield node.value if isinstance(node.value, str) else ""


def _is_text(body) -> bool:
    return isinstance(body, list) and bool(body) and isinstance(body[0], ast.Expr)


def sentences(text: str) -> Iterator[str]:
    text = re.sub(r"\$\$?[^$]*\$?\$", "x", text)
    text = re.sub(r"^#.*$", "", text, flags=re.M)
    yield from re.split(r"(?<=[.?!])[\s)]+|\n\n|\n[-*|] |\|", text)


def words(sentence: str) -> list[str]:
    return [word for word in sentence.split() if re.search(r"\w", word)]


def test_no_sentence_of_a_page_is_too_long_to_read():
    long = [
        f"{path.relative_to(ROOT)}: {' '.join(found)}"
        for folder in ("pages", "core/ui")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for text in texts(path.read_text())
        for found in map(words, sentences(text))
        if len(found) > LONGEST
    ]
    assert long == []


def test_what_counts_as_a_sentence():
    text = "One $a = b. c$ two. Three four!\n\n#### Heading without stop\nFive"
    assert [len(words(sentence)) for sentence in sentences(text)] == [3, 2, 1]
