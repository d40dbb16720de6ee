"""Small matrices side by side, each entry as a number on its colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ui.figures.colormaps import COLORMAPS, COLORMAPS_ON_DARK
from core.ui.figures.plot import plot

GAP = 0.8
"""Between two matrices, in columns."""
MOST_ROWS, MOST_COLUMNS = 24, 40
"""With more than these the colours stand alone: the numbers would not be read."""
ON_COLOURS, ON_DARK_COLOURS = "#15191f", "#e4e7ea"
"""The numbers: what they stand on is pale, and dark on the dark theme."""
STOPS = 16
PALE = 1 / 1.7
"""The part of the colours that is used: farther from the middle no number could be read."""
DARK = 0.45
"""The same on the dark theme, as a part of that part."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A matrix (rows, columns) and what stands over it."""

    name: str
    values: NDArray[np.floating[Any]]


def matrices(blocks: Sequence[Block], *, key: str, alt: str) -> None:
    """Draw the blocks in a row, from the top; blue is negative, red positive, per matrix."""
    rows = max(len(block.values) for block in blocks)
    height = 64 + rows * (26 if rows <= 12 else 19 if rows <= MOST_ROWS else 12)
    partners = {light: dark for (_, light), (_, dark) in zip(scale(), scale(DARK), strict=True)}
    on_dark = {**partners, ON_COLOURS: ON_DARK_COLOURS}
    plot(matrices_figure(blocks), key=key, height=height, alt=alt, on_dark=on_dark)


def matrices_figure(blocks: Sequence[Block]) -> dict[str, Any]:
    """Return the figure of `matrices` as a plain dict."""
    # A column of numbers needs room for its name too.
    widths = [max(block.values.shape[1], 3.2) for block in blocks]
    lefts = np.concatenate([[0], np.cumsum(np.array(widths) + GAP)[:-1]])
    rows, columns = max(len(block.values) for block in blocks), float(lefts[-1] + widths[-1])
    written = rows <= MOST_ROWS and columns <= MOST_COLUMNS
    data = [_heatmap(block, left, written) for block, left in zip(blocks, lefts, strict=True)]
    names = [
        {
            "x": left,
            "y": 1,
            "yref": "paper",
            "text": f"{block.name}<br>{len(block.values)} × {block.values.shape[1]}",
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "bottom",
            "align": "left",
        }
        for block, left in zip(blocks, lefts, strict=True)
    ]
    hidden = {"visible": False, "fixedrange": True}
    layout = {
        "annotations": names,
        "xaxis": {**hidden, "range": [0, columns]},
        "yaxis": {**hidden, "range": [rows - 0.5, -0.5], "domain": [0, 1]},
        "margin": {"l": 0, "r": 0, "t": 50, "b": 4},
        "hovermode": "closest",
        "showlegend": False,
    }
    return {"data": data, "layout": layout}


def _heatmap(block: Block, left: float, written: bool) -> dict[str, Any]:
    values = block.values
    reach = float(np.abs(values).max()) or 1.0
    numbers = [[_number(value) if written else "" for value in row] for row in values]
    return {
        "type": "heatmap",
        "z": values,
        "x0": float(left) + 0.5,
        "dx": 1,
        "y0": 0,
        "dy": 1,
        "zmin": -reach / PALE,
        "zmax": reach / PALE,
        "colorscale": scale(),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "text": numbers,
        "texttemplate": "%{text}",
        "textfont": {"color": ON_COLOURS},  # as large as the entries have room for
        "name": block.name,
        "hovertemplate": "row %{y}: %{z:.6f}<extra></extra>",
    }


def _number(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:z.2f}".replace("-", "−")


def scale(share: float = 1) -> list[tuple[float, str]]:
    """The colours from −1 to 1 with their places from 0 to 1.

    share : less than 1 for the colours of the dark theme, the middle part of its map.
    """
    table = COLORMAPS["diverging"] if share == 1 else COLORMAPS_ON_DARK["diverging"]
    places = np.linspace(0, 1, STOPS + 1)
    rows = np.rint(255 * (0.5 + share * (places - 0.5))).astype(int)
    colours = ["rgb({}, {}, {})".format(*table[row]) for row in rows]
    return list(zip(places.tolist(), colours, strict=True))
