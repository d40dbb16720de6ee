"""What the symbols mean: one table, of which every page shows the rows of its open step.

A screen is a page and its open steps, as the browser's tab names them ("Forward model · Noise").
On one screen a symbol means one thing.
"""

from dataclasses import dataclass
from functools import cache

import streamlit as st

from core.markdown_table import markdown_table
from core.ui.symbols import NOTATION


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """A symbol in LaTeX, and what it means on the screens whose names begin with `screen`."""

    latex: str
    meaning: str
    screen: str

    def is_on(self, screen: str) -> bool:
        """Whether it belongs to the screen, its page or all pages."""
        return not self.screen or f"{screen} · ".startswith(f"{self.screen} · ")


SYMBOLS = tuple(
    Symbol(latex=latex, meaning=meaning, screen=screen)
    for screen, rows in NOTATION.items()
    for latex, meaning in rows
)


def symbols_on(screen: str) -> tuple[Symbol, ...]:
    """The symbols of a screen, those of all pages first."""
    return tuple(symbol for symbol in SYMBOLS if symbol.is_on(screen))


def notation_popover(screen: str) -> None:
    """Draw the button that opens the symbols of this screen."""
    with st.popover("Notation", icon=":material/function:", width="content"):
        st.markdown(_table(screen))


@cache
def _table(screen: str) -> str:
    rows = [[f"${symbol.latex}$", symbol.meaning] for symbol in symbols_on(screen)]
    return markdown_table(["Symbol", "What it means here"], rows, align="l")
