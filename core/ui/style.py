"""The look of the figures: one palette; which colour of it is a method's, the method says.

Each hue is a pair (on white, on near-black). Figures are written in the first; the browser
replaces it by the second on the dark theme, so a change of theme needs no rerun.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.methods.base import Dash, Hue

BLUE, ORANGE, GREEN, RED, PURPLE = "#1f6fb4", "#cf5f00", "#1a8754", "#c2293d", "#7a4fb5"
TEAL, PINK, BROWN, OLIVE, SLATE = "#0b7f88", "#b8397f", "#8a5a2b", "#6f7312", "#5b6875"
INK = "#20262e"

ON_DARK: dict[str, str] = {
    BLUE: "#6db1ee",
    ORANGE: "#f59b4c",
    GREEN: "#4cc38a",
    RED: "#f2707d",
    PURPLE: "#b794f0",
    TEAL: "#45c7d1",
    PINK: "#ee8ac3",
    BROWN: "#cf9d6b",
    OLIVE: "#c2c552",
    SLATE: "#a3b0bd",
    INK: "#e4e7ea",
}

# What is no method but appears in many figures.
TRUTH, DATA, MARK = INK, SLATE, RED
# Lines over images lie on greys in either theme: a yellow that no grey hides.
OVERLAY, OVERLAY_SECOND = "#ffc233", "#4fd2ff"

DASHES: tuple[Dash, ...] = ("solid", "dash", "dot", "dashdot", "longdash")
SYMBOLS: Mapping[str, str] = {
    "solid": "circle",
    "dash": "square",
    "dot": "triangle-up",
    "dashdot": "x",
    "longdash": "diamond",
}
"""Plotly's symbol of a point for each dash: where there is no line, it tells methods apart."""
KINDS: tuple[tuple[str, float], ...] = (("", 1.0), ("-open", 0.5), ("-open-dot", 1.8))
"""How a symbol is filled, and how wide the line is, in widths of the figure's lines."""


@dataclass(frozen=True, kw_only=True)
class LineStyle:
    """How a curve is drawn, and its points: the symbol follows from the dash.

    kind : index of `KINDS`; the first unless more curves share a hue than there are dashes.
    """

    colour: str
    dash: str = "solid"
    kind: int = 0

    @property
    def symbol(self) -> str:
        """The symbol of a point, in Plotly's words."""
        return SYMBOLS[self.dash] + KINDS[self.kind][0]

    @property
    def width(self) -> float:
        """The width of the line, in widths of the figure's lines."""
        return KINDS[self.kind][1]


HUES: dict[Hue, str] = {
    "blue": BLUE,
    "orange": ORANGE,
    "green": GREEN,
    "red": RED,
    "purple": PURPLE,
    "teal": TEAL,
    "pink": PINK,
    "brown": BROWN,
    "olive": OLIVE,
    "slate": SLATE,
}


@cache
def method_styles() -> dict[str, LineStyle]:
    """The style of every method by its name."""
    # Loads the methods' libraries, which the first words of a page do not wait for.
    from core.methods import METHODS

    return {
        method.name: LineStyle(colour=HUES[method.colour], dash=method.dash) for method in METHODS
    }


def method_style(name: str) -> LineStyle:
    """Return the style of a method, the same in every figure that has it once.

    A name that is no method's gets a hue of its own by its letters, the same in every run.
    """
    style = method_styles().get(name)
    if style is None:
        hues = list(ON_DARK)[:-1]
        hue = hues[hashlib.sha256(name.encode()).digest()[0] % len(hues)]
        style = LineStyle(colour=hue, dash="longdash")
    return style


def styles_in_one_figure(names: Sequence[str]) -> list[LineStyle]:
    """Return a style for each curve of a figure from the names of their methods, no two alike.

    The first curve of a method has the method's own. Each further one (the same method, other
    parameters) has the next dash of its hue that is free, then other kinds of line and point.
    """
    owners: dict[LineStyle, str] = {}
    for name in names:
        owners.setdefault(method_style(name), name)
    taken, styles = set(owners), []
    for name in names:
        style = method_style(name)
        if owners.pop(style, None) != name:
            style = next((one for one in _others(style) if one not in taken), style)
        taken.add(style)
        styles.append(style)
    return styles


def _others(style: LineStyle) -> Iterator[LineStyle]:
    """All styles of the same hue, the next dash first."""
    at = DASHES.index(style.dash)
    for kind in range(len(KINDS)):
        for dash in DASHES[at:] + DASHES[:at]:
            yield replace(style, dash=dash, kind=kind)
