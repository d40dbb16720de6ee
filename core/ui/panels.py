"""Panels of images with one grey range, linked zoom and the true value under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.ui.plot import plot


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What the columns (or rows) of an image stand for, from the first to the last one."""

    title: str
    first: float
    last: float
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """A line or markers over an image; x is the column and y the row, pixel centres at integers.

    x, y : shape (points,), or (frames, points) to follow the panels' player. NaN lifts the pen.
    colour : a name of `core.ui.style` or a CSS colour.
    """

    x: np.ndarray
    y: np.ndarray
    colour: str = "accent"
    mode: str = "lines"  # or "markers"
    width: float = 2.0
    dash: str = "solid"  # or "dash", "dot"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One image with its stated range.

    image : shape (rows, columns), row 0 on top, or (frames, rows, columns) to follow the player.
    low, high : the values drawn darkest and brightest; None takes those of the image.
    colormap : "bone", "gray", "viridis", "cividis" or "diverging".
    caption : a short second line under the title, such as the scores.
    padding : pixels shown around the image, for overlays that leave it.
    x_axis, y_axis : given for data that is no picture (a sinogram): labelled axes, free aspect.
    """

    title: str
    image: np.ndarray
    alt: str
    low: float | None = None
    high: float | None = None
    colormap: str = "bone"
    unit: str = ""
    caption: str = ""
    overlays: Sequence[Overlay] = ()
    padding: float = 0.0
    x_axis: Axis | None = None
    y_axis: Axis | None = None


@dataclass(frozen=True, kw_only=True)
class Pixel:
    """A pixel that someone clicked: number of the panel, row and column in its image."""

    panel: int
    row: int
    column: int


def image_panels(
    panels: Sequence[Panel],
    *,
    key: str,
    columns: int,
    link_zoom: bool = True,
    on_point: bool | Callable[[Pixel], None] = False,
    player: str | None = None,
) -> Pixel | None:
    """Draw images side by side in boxes of equal size.

    Panels of one shape zoom and pan together; the pointer shows row, column and value in all of
    them. Where ranges agree there is one colour bar (for the figure, else for the row), else each
    panel has its own.

    on_point : True returns the pixel clicked just now; a function is called with it before the
        page runs again.
    player : key of a `core.ui.plot.player` that chooses the frame of stacked images and overlays.
    """
    data, layout = (
        [],
        {
            "grid": {
                "rows": -(-len(panels) // columns),
                "columns": columns,
                "pattern": "independent",
                "roworder": "top to bottom",
            }
        },
    )
    for i, panel in enumerate(panels, start=1):
        n = "" if i == 1 else str(i)
        image = panel.image if panel.image.ndim == 2 else panel.image[0]
        data.append(
            {
                "type": "heatmap",
                "z": np.asarray(image, np.float32),
                "xaxis": "x" + n,
                "yaxis": "y" + n,
                "zmin": panel.low,
                "zmax": panel.high,
                "showscale": False,
                "colorscale": "gray",
                "name": panel.title,
            }
        )
        layout["yaxis" + n] = {"autorange": "reversed", "title": panel.title}
    plot(
        {"data": data, "layout": layout},
        key=key,
        height=320 * (-(-len(panels) // columns)),
        alt=" ".join(panel.alt for panel in panels),
    )
    return None
