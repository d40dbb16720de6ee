"""Whatever stands in the address of a page: it opens, and says what it could not read."""

import random
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.description import all_parameters, values
from core.methods import METHODS
from core.parameters import parameters_of
from core.problem.scan import Scan
from core.ui.controls.link_sentence import read_for_people
from core.ui.scan.link import PARAMETERS, scan_of

APP = Path(__file__).parents[2] / "streamlit_app.py"
PAGES = sorted(path.stem for path in (APP.parent / "pages").glob("*.py"))
QUERIES = 500
LONGEST_SENTENCE = 1500
"""Characters; some parameters have many choices."""

LENGTH = 100_000

HOSTILE = (
    "", " ", "nan", "NaN", "-nan", "inf", "-inf", "1e400", "-1e400", "1e-400", "0", "-0.0", "-1",
    "1" * 400, "-" + "9" * 4000, "9" * 5000, "0x10", "1_000", "٣", "²", "½", "1,2", "1.5.2", "1e",
    "++1", "True", "null", "[]", "{}", "()", "%00", "\0", "\x1b[31m", "\u202eabc", "😀" * 50,
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://example.org/x.png)",
    "[x](javascript:alert(1))", "$\\frac{$", "`", "***", ":red[x]", ":material/x:", "{0.__class__}",
    "%s%n", "'; DROP TABLE results; --", "../../etc/passwd", "a" * LENGTH, "9" * LENGTH,
    "1," * (LENGTH // 2), "<b>" * (LENGTH // 3), "nan,nan", "inf,1", "1e400,2", ",", ",,,", "1 2 3",
)  # fmt: skip


def all_of_them():
    """Every parameter that a link may carry: of scans, of methods, of priors."""
    yield from PARAMETERS
    for method in METHODS:
        yield from parameters_of(method)
    yield from (entry.parameter for entry in all_parameters(Scan))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_parameter_reads_everything(text):
    for parameter in all_of_them():
        value, sentence = read_for_people(parameter, text, "", {})
        if parameter.name != "image_file":  # any text may be the hash of a file
            parameter.check(value)
        assert len(sentence) <= LONGEST_SENTENCE
        assert not set("<>`$[]*") & set(plain(sentence))


def plain(sentence):
    """A sentence without what is escaped in it."""
    return "".join(part[1:] if number else part for number, part in enumerate(sentence.split("\\")))


def test_500_links_give_scans_that_are_allowed():
    random.seed(0)
    names = sorted({parameter.name for parameter in PARAMETERS})
    for _ in range(QUERIES):
        chosen = random.sample(names, random.randint(1, 6))
        query = {name: random.choice(HOSTILE) for name in chosen}
        for word in ("image", "beam", "spacing", "noise"):
            if word in names and random.random() < 0.6:
                query[word] = random.choice(choices(word))
        scan, sentences = scan_of(query)
        assert scan == type(scan)(**{f.name: getattr(scan, f.name) for f in fields(scan)})
        assert values(scan)
        assert all(len(sentence) <= LONGEST_SENTENCE for sentence in sentences)


def choices(name):
    return next(parameter.choices for parameter in PARAMETERS if parameter.name == name)


@cache
def names_of(page):
    """The names that a link to a page may have, as the page itself says."""
    app = opened(page, {"size": "64", "angles": "16"})
    return sorted({*app.session_state["link state"]._names} - {"size", "angles"})


def opened(page, query):
    app = AppTest.from_file(APP, default_timeout=120)
    app.switch_page(f"pages/{page}.py")
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception, app.exception[0].message
    return app


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_whatever_its_address_says(page):
    random.seed(page)
    names = names_of(page)
    for _ in range(4):
        query = {"size": "64", "angles": "16"}
        opened(page, query | {name: random.choice(HOSTILE) for name in names})
