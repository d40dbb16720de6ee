"""The look of the figures: one palette, and a fixed colour for every method.

Each hue is a pair (on white, on near-black). Figures are written in the first; the browser
replaces it by the second on the dark theme, so a change of theme needs no rerun.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

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

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


@dataclass(frozen=True, kw_only=True)
class LineStyle:
    """How a curve is drawn."""

    colour: str
    dash: str = "solid"


def _style(colour: str, dash: str = "solid") -> LineStyle:
    return LineStyle(colour=colour, dash=dash)


# No eye tells thirty hues apart. Methods that are compared with each other differ in hue; those
# that are variants of one idea share it and differ in the dash.
METHOD_STYLES: dict[str, LineStyle] = {
    "back_projection": _style(SLATE, "dash"),
    "fbp": _style(SLATE),
    "regularised_least_squares": _style(BLUE),
    "smooth_least_squares": _style(BLUE, "dash"),
    "preconditioned_least_squares": _style(BLUE, "dot"),
    "gradient_descent": _style(OLIVE),
    "minibatch_gradient_descent": _style(OLIVE, "dash"),
    "landweber": _style(OLIVE, "dot"),
    "cgls": _style(BROWN),
    "lsqr": _style(BROWN, "dash"),
    "sirt": _style(PURPLE),
    "sart": _style(PURPLE, "dash"),
    "transmission": _style(PURPLE, "dot"),
    "proximal_gradient": _style(ORANGE),
    "fista": _style(ORANGE, "dash"),
    "admm": _style(GREEN),
    "linearised_admm": _style(GREEN, "dash"),
    "douglas_rachford": _style(BROWN, "dot"),
    "pdhg": _style(TEAL),
    "plug_and_play": _style(TEAL, "dash"),
    "red": _style(TEAL, "dot"),
    "unet": _style(BLUE, "dashdot"),
    "deep_image_prior": _style(PINK),
    "learned_gradient": _style(ORANGE, "dot"),
    "learned_proximal_gradient": _style(PURPLE, "dashdot"),
    "learned_primal": _style(RED, "dash"),
    "learned_primal_dual": _style(RED),
}


def method_style(name: str, nth: int = 0) -> LineStyle:
    """Return the style of a method, the same in every figure.

    A name outside the table gets a hue of its own by its letters, the same in every run. The
    `nth` curve of one method in a figure (the same method, other parameters) changes its dash.
    """
    style = METHOD_STYLES.get(name)
    if style is None:
        hues = list(ON_DARK)[:-1]
        style = _style(hues[hashlib.sha256(name.encode()).digest()[0] % len(hues)], "longdash")
    dash = DASHES[(DASHES.index(style.dash) + nth) % len(DASHES)]
    return LineStyle(colour=style.colour, dash=dash)
