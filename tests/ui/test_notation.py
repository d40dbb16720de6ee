"""The table of symbols: it knows the screens that there are, and means one thing on each."""

import re
from collections import Counter
from pathlib import Path

import pytest

from core.methods import METHODS
from core.parameters import parameters_of
from core.ui.learned.breaks import EXPERIMENTS
from core.ui.learned.idea import TOPICS
from core.ui.notation import SYMBOLS, symbols_on

PAGES = Path(__file__).parents[2] / "pages"
WORKBENCHES = {
    "direct": "Classical inversion",
    "classical": "Classical inversion",
    "proximal": "Proximal methods · The workbench",
    "learned": "Learned methods · The zoo",
    "sampling": "Uncertainty · Plausible pictures",
}


def screens():
    """The names of all screens, as the browser's tab has them."""
    for path in sorted(PAGES.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        page = re.search(r'shell\.page\(\s*"([^"]+)"', text).group(1)
        steps = re.findall(r'"\d+ · ([^"]+)"', text)
        yield from [f"{page} · {step}" for step in steps] or [page]
    yield from (f"Learned methods · The idea · {title}" for title, _ in TOPICS.values())
    yield from (f"Learned methods · When it breaks · {title}" for title, _ in EXPERIMENTS.values())


SCREENS = tuple(screens())


def parts(latex):
    """The symbols that stand together in one row."""
    return [part.strip() for part in latex.split(",") if part.strip()]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_symbol_means_one_thing_on_one_screen(screen):
    named = Counter(part for symbol in symbols_on(screen) for part in parts(symbol.latex))
    assert named["m"] == named["d"] == named["G"] == 1
    assert [part for part, times in named.items() if times > 1] == []


def test_every_row_is_on_a_screen_that_exists():
    nowhere = {s.screen for s in SYMBOLS if not any(s.is_on(screen) for screen in SCREENS)}
    assert nowhere == set()


@pytest.mark.parametrize("screen", [name for name in SCREENS if name.startswith("Forward model")])
def test_every_step_of_the_forward_model_has_symbols_of_its_own(screen):
    assert any(symbol.screen == screen for symbol in SYMBOLS)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_symbols_of_the_controls_are_explained(method):
    """A product such as τμ‖A‖² is of symbols that are."""
    named = {p for s in symbols_on(WORKBENCHES[method.family]) for p in parts(s.latex)}
    for parameter in parameters_of(method):
        for letter in re.findall(r"\\[a-z]+|[A-Za-z]", without_norm(parameter.symbol)):
            assert any(re.search(rf"{re.escape(letter)}(?![a-z])", name) for name in named), (
                method.name,
                letter,
            )


def without_norm(symbol):
    """A symbol without words of LaTeX for brackets, spaces and "maximum"."""
    return re.sub(r"\\[lr]Vert|\\max|\\,|\\text\{[^}]*\}", " ", symbol)
