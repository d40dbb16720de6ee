"""Small matrices side by side, each entry as a number on its colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ui.figures.colormaps import COLORMAPS
from core.ui.figures.plot import plot

GAP = 0.8
"""Between two matrices, in columns."""
MOST_ROWS, MOST_COLUMNS = 24, 40
"""With more than these the colours stand alone: the numbers would not be read."""
ON_COLOURS = "#15191f"
"""The numbers, in either theme: what they stand on is pale in both."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A matrix (rows, columns) and what stands over it."""

    name: str
    values: NDArray[np.floating[Any]]


def matrices(blocks: Sequence[Block], *, key: str, alt: str) -> None:
    """Draw the blocks in a row, from the top; blue is negative, red positive, per matrix."""
    rows = max(len(block.values) for block in blocks)
    height = 64 + rows * (26 if rows <= 12 else 19 if rows <= MOST_ROWS else 12)
    plot(matrices_figure(blocks), key=key, height=height, alt=alt)


def matrices_figure(blocks: Sequence[Block]) -> dict[str, Any]:
    """Return the figure of `matrices` as a plain dict."""
    # A column of numbers needs room for its name too.
    widths = [max(block.values.shape[1], 3.2) for block in blocks]
    lefts = np.concatenate([[0], np.cumsum(np.array(widths) + GAP)[:-1]])
    rows, columns = max(len(block.values) for block in blocks), float(lefts[-1] + widths[-1])
    size = 0 if rows > MOST_ROWS or columns > MOST_COLUMNS else 12 if columns < 28 else 10
    data = [_heatmap(block, left, size) for block, left in zip(blocks, lefts, strict=True)]
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
            "font": {"size": 13 if columns < 28 else 12},
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


def _heatmap(block: Block, left: float, size: int) -> dict[str, Any]:
    values = block.values
    reach = float(np.abs(values).max()) or 1.0
    numbers = [[_number(value) if size else "" for value in row] for row in values]
    return {
        "type": "heatmap",
        "z": values,
        "x0": float(left) + 0.5,
        "dx": 1,
        "y0": 0,
        "dy": 1,
        "zmin": -1.6 * reach,  # pale enough for the numbers on them
        "zmax": 1.6 * reach,
        "colorscale": _scale(),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "text": numbers,
        "texttemplate": "%{text}",
        "textfont": {"size": size or 12, "color": ON_COLOURS},
        "name": block.name,
        "hovertemplate": "row %{y}: %{z:.6f}<extra></extra>",
    }


def _number(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:z.2f}".replace("-", "−")


def _scale() -> list[list[Any]]:
    table = COLORMAPS["diverging"]
    return [
        [place / 16, "rgb({}, {}, {})".format(*table[min(16 * place, 255)])] for place in range(17)
    ]
