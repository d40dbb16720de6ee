"""The look of the figures: one palette; which colour of it is a method's, the method says.

Each hue is a pair (on white, on near-black). Figures are written in the first; the browser
replaces it by the second on the dark theme, so a change of theme needs no rerun.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class LineStyle:
    """How a curve is drawn."""

    colour: str
    dash: str = "solid"


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


def method_style(name: str, nth: int = 0) -> LineStyle:
    """Return the style of a method, the same in every figure.

    A name that is no method's gets a hue of its own by its letters, the same in every run. The
    `nth` curve of one method in a figure (the same method, other parameters) changes its dash.
    """
    style = method_styles().get(name)
    if style is None:
        hues = list(ON_DARK)[:-1]
        hue = hues[hashlib.sha256(name.encode()).digest()[0] % len(hues)]
        style = LineStyle(colour=hue, dash="longdash")
    dash = DASHES[(DASHES.index(style.dash) + nth) % len(DASHES)]
    return LineStyle(colour=style.colour, dash=dash)
