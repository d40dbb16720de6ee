"""Schemes of networks as SVG drawings in the colour of the text around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

Kind = Literal["value", "map", "network", "sum"]
LEARNED = "var(--st-primary-color)"
ROW, COLUMN = 62, 108

_component = st.components.v2.component(
    "scheme",
    html="<div></div>",
    # The drawing is made here, of nothing that a visitor has written.
    js="""export default function scheme({ data, parentElement }) {
  const place = parentElement.querySelector("div");
  place.innerHTML = data.svg;
  place.dataset.drawn = "";
}""",
    isolate_styles=False,
)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A place in a scheme, by column and row: a variable, a known map, a network, or ⊕.

    What follows an underscore in the text is an index.
    """

    text: str
    at: tuple[float, float]
    kind: Kind = "value"

    @property
    def centre(self) -> tuple[float, float]:
        """Where it stands in the drawing."""
        return COLUMN * (self.at[0] + 0.5), ROW * (self.at[1] + 0.5)

    @property
    def half(self) -> tuple[float, float]:
        """Half its width and height."""
        if self.kind == "sum":
            return 13, 13
        return max(18.0, 4.6 * len(self.text) + 9), 17


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """Nodes by name, the arrows between them, and what the drawing shows, in one sentence."""

    nodes: dict[str, Node]
    arrows: Sequence[tuple[str, str]]
    alt: str

    def draw(self, key: str) -> None:
        """Put the drawing on the page, in the colours of the theme."""
        _component(key=key, data={"svg": self.svg()}, height="content")

    def svg(self) -> str:
        """The drawing; it takes the width that there is, up to its own."""
        width = COLUMN * (max(node.at[0] for node in self.nodes.values()) + 1)
        height = ROW * (max(node.at[1] for node in self.nodes.values()) + 1)
        parts = [_arrow(self.nodes[start], self.nodes[end]) for start, end in self.arrows]
        parts += [_drawn(node) for node in self.nodes.values()]
        return (
            f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(self.alt)}" '
            f'style="width: 100%; max-width: {1.15 * width:g}px; display: block; margin: auto; '
            'color: var(--st-text-color)" font-family="var(--st-font)" font-size="15" '
            'text-anchor="middle">' + "".join(parts) + "</svg>"
        )


def _drawn(node: Node) -> str:
    x, y = node.centre
    wide, high = node.half
    if node.kind == "sum":
        return f'<text x="{x:g}" y="{y + 9:g}" fill="currentColor" font-size="26">⊕</text>'
    slant = "italic" if node.kind == "value" else "normal"
    base, _, index = node.text.partition("_")
    text = (
        f'<text x="{x:g}" y="{y + 5:g}" fill="currentColor" font-style="{slant}">'
        f'{escape(base)}<tspan dy="4" font-size="12">{escape(index)}</tspan></text>'
    )
    if node.kind == "value":
        return text
    learned = node.kind == "network"
    return (
        f'<rect x="{x - wide:g}" y="{y - high:g}" width="{2 * wide:g}" height="{2 * high:g}" '
        f'rx="{9 if learned else 3}" stroke="{LEARNED if learned else "currentColor"}" '
        f'stroke-width="{2 if learned else 1.2}" '
        f'fill="{LEARNED}" fill-opacity="{0.12 if learned else 0}"/>' + text
    )


def _arrow(start: Node, end: Node) -> str:
    """A straight arrow from the border of one node to that of another."""
    (x0, y0), (x1, y1) = start.centre, end.centre
    dx, dy = x1 - x0, y1 - y0
    x0, y0 = _border(x0, y0, dx, dy, start.half)
    x1, y1 = _border(x1, y1, -dx, -dy, end.half)
    length = (dx**2 + dy**2) ** 0.5
    ux, uy = dx / length, dy / length
    tip = (
        f"{x1:.1f},{y1:.1f} {x1 - 8 * ux - 4 * uy:.1f},{y1 - 8 * uy + 4 * ux:.1f} "
        f"{x1 - 8 * ux + 4 * uy:.1f},{y1 - 8 * uy - 4 * ux:.1f}"
    )
    return (
        f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1 - 7 * ux:.1f}" y2="{y1 - 7 * uy:.1f}" '
        'stroke="currentColor" stroke-width="1.3" stroke-opacity="0.7"/>'
        f'<polygon points="{tip}" fill="currentColor" fill-opacity="0.7"/>'
    )


def _border(
    x: float, y: float, dx: float, dy: float, half: tuple[float, float]
) -> tuple[float, float]:
    """Where the line from the centre of a box along (dx, dy) leaves it, and 3 pixels on."""
    reach = min((half[i] + 3) / abs(d) for i, d in enumerate((dx, dy)) if d)
    return x + reach * dx, y + reach * dy
