"""The sources that methods, priors, networks, recipes and texts name: their DOIs have a DOI's form.

A DOI is `10.`, a registrant of four digits or more, a slash and a suffix (ISO 26324). Lists of
sources write `doi:10.…`, and docstrings may write `DOI 10.…`.
"""

import re
import sys
from pathlib import Path

import pytest

from core.methods import METHODS

ROOT = Path(__file__).parents[1]
TEXTS = [
    *sorted((ROOT / "core").rglob("*.py")),
    *sorted((ROOT / "pages").rglob("*.py")),
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "assets" / "CREDITS.md",
]
DOI = r"10\.\d{4,9}/[^\s\"';,]*[^\s\"';,.]"
WITHOUT_DOI = {
    "gradient_descent",
    "learned_proximal_gradient",
    "learned_proximal_gradient_plain",
}
"""Cauchy 1847, Nesterov 1983 and NeurIPS 2018 have none."""


def dois_of(text):
    """The DOIs of a text; those within parentheses end before the bracket that closes them."""
    found = set()
    for doi in re.findall(DOI, text):
        while doi.count(")") > doi.count("("):
            doi = doi[: doi.rindex(")")]
        found.add(doi)
    return found


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_doi_of_a_text_has_its_form(path):
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r"\bdoi[:\s.]", text, flags=re.IGNORECASE):
        after = text[match.end() : match.end() + 60].lstrip()
        assert re.match(rf"(org/)?{DOI}", after), f"no DOI: {text[match.start() :][:60]!r}"
    for match in re.finditer(DOI, text):
        before = text[: match.start()]
        assert re.search(r"(doi:\s*|DOI\s+|doi\.org/)$", before), f"unannounced: {match[0]}"
    # The number of a book is the end of a DOI of its chapter, and no DOI by itself.
    for match in re.finditer(r"97[89]-\d", text):
        assert text[: match.start()].endswith("10.1007/"), text[match.start() :][:30]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_source_of_a_method_has_a_doi_that_its_module_explains(method):
    found = dois_of(method.source)
    assert bool(found) == (method.name not in WITHOUT_DOI), method.source
    assert method.source.count("doi:") == len(found)
    assert found <= dois_of(sys.modules[method.__module__].__doc__)
