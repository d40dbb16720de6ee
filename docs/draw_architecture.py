"""Draw `docs/architecture.svg` from the imports: the rooms of `core` and who uses whom.

    python -m docs.draw_architecture

An arrow from A to B says that modules of A import modules of B. An arrow is left out where a
longer way of arrows says the same. The modules that lie in `core` itself are one box.
"""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import grimp

from core.storage.draft import draft_of

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "architecture.svg"

PAGES, GROUND, COMMAND = "pages", "modules of core itself", "python -m core"

Graph = Mapping[str, frozenset[str]]

WIDTH, ROW, TOP = 660, 72, 24
BOX_HEIGHT, BOX_MARGIN, LETTER = 36, 18, 8.4
STYLE = """
  text { font: 15px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
         text-anchor: middle; fill: #20262e }
  rect { fill: #f3f4f2; stroke: #8a929b }
  path { fill: none; stroke: #1f5f99; stroke-width: 1.5; marker-end: url(#arrow) }
  marker path { fill: #1f5f99; stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7ea } rect { fill: #1f242a; stroke: #6b747e }
    path { stroke: #8fbfe8 } marker path { fill: #8fbfe8 }
  }
"""


def rooms() -> Graph:
    """For each room the rooms that it imports."""
    modules = grimp.build_graph("core", cache_dir=None)
    found: dict[str, set[str]] = {PAGES: _imports_of_pages()}
    for module in modules.modules:
        room = room_of(module)
        used = map(room_of, modules.find_modules_directly_imported_by(module))
        found.setdefault(room, set()).update(other for other in used if other != room)
    return {room: frozenset(used) for room, used in found.items()}


def room_of(module: str) -> str:
    """The room of a module: a package of `core`, or the box of the modules of `core` itself."""
    _, _, inside = module.partition(".")
    name = inside.partition(".")[0]
    if name == "__main__":
        return COMMAND
    return name if name and (ROOT / "core" / name).is_dir() else GROUND


def _imports_of_pages() -> set[str]:
    scripts = [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").glob("*.py"))]
    found: set[str] = set()
    for script in scripts:
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core."):
                found.add(room_of(node.module or ""))
    return found


def reduced(graph: Graph) -> Graph:
    """The graph without the arrows that longer ways of arrows imply; it must have no circle."""

    @cache
    def reached(room: str) -> frozenset[str]:
        return frozenset().union(*({other} | reached(other) for other in graph[room]), ())

    return {
        room: frozenset(other for other in used if not any(other in reached(via) for via in used))
        for room, used in graph.items()
    }


def depths(graph: Graph) -> dict[str, int]:
    """How far from the top each room lies: one below the lowest room that uses it."""

    @cache
    def depth(room: str) -> int:
        return 1 + max((depth(user) for user in graph if room in graph[user]), default=-1)

    return {room: depth(room) for room in graph}


def drawing(graph: Graph) -> str:
    """The graph as SVG: what uses others stands above them."""
    arrows, rows = reduced(graph), depths(graph)
    places: dict[str, tuple[float, float]] = {}
    for depth in range(max(rows.values()) + 1):
        row = sorted(room for room in graph if rows[room] == depth)
        for number, room in enumerate(row):
            x = WIDTH * (number + 1) / (len(row) + 1)
            places[room] = (x, TOP + BOX_HEIGHT / 2 + depth * ROW)
    lines = [
        _arrow(places[room], places[other], rows[other] - rows[room])
        for room in sorted(arrows)
        for other in sorted(arrows[room])
    ]
    boxes = [_box(room, *places[room]) for room in sorted(places)]
    height = 2 * TOP + BOX_HEIGHT + max(rows.values()) * ROW
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img">',
            "<title>The rooms of the laboratory and which of them import which</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
            'markerHeight="8" orient="auto"><path d="M0 0 10 5 0 10z"/></marker></defs>',
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def _box(room: str, x: float, y: float) -> str:
    width = LETTER * len(room) + 2 * BOX_MARGIN
    return (
        f'<rect x="{x - width / 2:.0f}" y="{y - BOX_HEIGHT / 2:.0f}" width="{width:.0f}" '
        f'height="{BOX_HEIGHT}" rx="6"/><text x="{x:.0f}" y="{y + 5:.0f}">{room}</text>'
    )


def _arrow(start: tuple[float, float], end: tuple[float, float], rows: int) -> str:
    """An arrow; one that passes other rows swings around the boxes in between."""
    (x0, y0), (x1, y1) = start, end
    y0, y1 = y0 + BOX_HEIGHT / 2, y1 - BOX_HEIGHT / 2
    swing = 0.0 if rows == 1 else 60 + 75 * rows
    swing = swing if x0 + x1 >= WIDTH else -swing
    dy = (y1 - y0) / 3
    return (
        f'<path d="M{x0:.0f} {y0:.0f}C{x0 + swing:.0f} {y0 + dy:.0f} '
        f'{x1 + swing:.0f} {y1 - dy:.0f} {x1:.0f} {y1:.0f}"/>'
    )


def write(text: str, file: Path = FILE) -> None:
    """Write the drawing in one step."""
    with draft_of(file) as draft:
        draft.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(drawing(rooms()))
