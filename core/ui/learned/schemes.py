"""Schemes of networks as SVG drawings in the colour of the text around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

import streamlit as st

Kind = Literal["value", "map", "network", "sum"]
Place = tuple[float, float]
"""A column and a row; a point of the drawing is in pixels, from the left and from the top."""

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
    at: Place
    kind: Kind = "value"

    @property
    def centre(self) -> tuple[float, float]:
        """Where it stands in the drawing."""
        return point(self.at)

    @property
    def half(self) -> tuple[float, float]:
        """Half its width and height."""
        if self.kind == "sum":
            return 13, 13
        return max(18.0, 4.6 * len(self.text) + 9), 17


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """Nodes by name, the arrows between them, and what the drawing shows, in one sentence.

    `bends` has the corners of the arrows that are not straight.
    """

    nodes: dict[str, Node]
    arrows: Sequence[tuple[str, str]]
    alt: str
    bends: Mapping[tuple[str, str], Sequence[Place]] = field(default_factory=dict)

    def draw(self, key: str) -> None:
        """Put the drawing on the page, in the colours of the theme."""
        _component(key=key, data={"svg": self.svg()}, height="content")

    def svg(self) -> str:
        """The drawing; it takes the width that there is, up to its own."""
        places = [node.at for node in self.nodes.values()]
        places += [corner for corners in self.bends.values() for corner in corners]
        width = COLUMN * (max(column for column, _ in places) + 1)
        height = ROW * (max(row for _, row in places) + 1)
        parts = [_arrow(self.line(*arrow)) for arrow in self.arrows]
        parts += [_drawn(node) for node in self.nodes.values()]
        return (
            f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(self.alt)}" '
            f'style="width: 100%; max-width: {1.15 * width:g}px; display: block; margin: auto; '
            'color: var(--st-text-color)" font-family="var(--st-font)" font-size="15" '
            'text-anchor="middle">' + "".join(parts) + "</svg>"
        )

    def line(self, start: str, end: str) -> list[tuple[float, float]]:
        """The points of an arrow, from the border of one node to that of another."""
        first, last = self.nodes[start], self.nodes[end]
        corners = [point(place) for place in self.bends.get((start, end), ())]
        return [
            _border(first, (*corners, last.centre)[0]),
            *corners,
            _border(last, (first.centre, *corners)[-1]),
        ]


def point(place: Place) -> tuple[float, float]:
    """The pixels of a place in the drawing."""
    return COLUMN * (place[0] + 0.5), ROW * (place[1] + 0.5)


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


def _arrow(line: Sequence[tuple[float, float]]) -> str:
    """An arrow along these points."""
    (x0, y0), (x1, y1) = line[-2:]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    tip = (
        f"{x1:.1f},{y1:.1f} {x1 - 8 * ux - 4 * uy:.1f},{y1 - 8 * uy + 4 * ux:.1f} "
        f"{x1 - 8 * ux + 4 * uy:.1f},{y1 - 8 * uy - 4 * ux:.1f}"
    )
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*line[:-1], (x1 - 7 * ux, y1 - 7 * uy)))
    return (
        f'<polyline points="{points}" fill="none" '
        'stroke="currentColor" stroke-width="1.3" stroke-opacity="0.7"/>'
        f'<polygon points="{tip}" fill="currentColor" fill-opacity="0.7"/>'
    )


def _border(node: Node, towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the centre of a node to a point leaves its box, and 3 pixels on."""
    (x, y), (wide, high) = node.centre, node.half
    dx, dy = towards[0] - x, towards[1] - y
    reach = min((half + 3) / abs(d) for half, d in ((wide, dx), (high, dy)) if d)
    return x + reach * dx, y + reach * dy
