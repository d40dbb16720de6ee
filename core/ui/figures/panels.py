"""Panels of images with one grey range, linked zoom and the true value under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.number_format import with_minus
from core.ui.figures.colormaps import COLORMAPS, COLORMAPS_ON_DARK
from core.ui.figures.component import mount_clickable
from core.ui.figures.frame_store import limits, shelf
from core.ui.style import OVERLAY


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What the columns (or rows) of an image stand for, from the first to the last one."""

    title: str
    first: float
    last: float
    unit: str = ""


def view_axis(angles_deg: np.ndarray) -> Axis:
    """The axis of a sinogram's rows: their angles where evenly spaced, else their numbers."""
    steps = np.diff(angles_deg)
    if np.allclose(steps, steps[:1], rtol=0, atol=1e-6):
        return Axis(title="angle", first=float(angles_deg[0]), last=float(angles_deg[-1]), unit="°")
    return Axis(title="view", first=0, last=len(angles_deg) - 1)


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """A line or markers over an image; x is the column and y the row, pixel centres at integers.

    x, y : shape (points,), or (frames, points) to follow the panels' player. NaN lifts the pen.
    colour : a CSS colour; `OVERLAY` and `OVERLAY_SECOND` of `core.ui.style` suit any image.
    """

    x: np.ndarray
    y: np.ndarray
    colour: str = OVERLAY
    mode: str = "lines"  # or "markers"
    width: float = 2.0
    dash: str = "solid"  # or "dash", "dot"


def circle(
    radius: float, size: int, centre: tuple[float, float] = (0.0, 0.0), **look: Any
) -> Overlay:
    """A circle over an image (size, size), in pixels from its middle, x to the right and y upwards.

    look : how an `Overlay` is drawn.
    """
    turn = np.linspace(0, 2 * np.pi, 181)
    middle, (x, y) = (size - 1) / 2, centre
    return Overlay(
        x=middle + x + radius * np.cos(turn), y=middle - y - radius * np.sin(turn), **look
    )


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One image with its stated range.

    image : shape (rows, columns), row 0 on top; or a sequence of such images (or a stack of shape
        (frames, rows, columns)) of which the panels' player chooses one. The browser fetches
        those it shows; arrays that are read-only and stay the same objects cost a run nothing.
    minus : shape (rows, columns), subtracted in the browser from what is shown: an error image.
    low, high : the values drawn darkest and brightest; None takes those of `image`.
    colormap : "bone", "gray", "viridis", "cividis" or "diverging".
    caption : a short second line under the title, such as the scores; a list has one a frame.
    padding : pixels shown around the image, for overlays that leave it.
    x_axis, y_axis : given for data that is no picture (a sinogram): labelled axes, free aspect.
    """

    title: str
    image: np.ndarray | Sequence[np.ndarray]
    alt: str
    minus: np.ndarray | None = None
    low: float | None = None
    high: float | None = None
    colormap: str = "bone"
    unit: str = ""
    caption: str | Sequence[str] = ""
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
    tallest: int | None = None,
    narrowest: int | None = None,
    above: int = 0,
) -> Pixel | None:
    """Draw images side by side in boxes of equal size.

    Panels of one shape zoom and pan together; the pointer shows row, column and value in all of
    them. Neighbours with the same range share a colour bar, and one bar serves all if all agree.

    on_point : True returns the pixel clicked just now; a function is called with it before the
        page runs again.
    player : key of the `core.ui.figures.plot.player` that chooses the frame of stacked images.
    tallest : greatest height of one image in CSS pixels, below the 72 % of the window that no
        image exceeds.
    narrowest : least width of one image in CSS pixels, below which images go into more rows; 160
        where nothing is said.
    above : height in CSS pixels of what stands above on the same screen; images are lower, down to
        200 pixels, where the window would not show them as a whole.
    """
    names = list(dict.fromkeys(panel.colormap for panel in panels))
    header = {
        "kind": "panels",
        "panels": [_described(panel) for panel in panels],
        "colormaps": {name: COLORMAPS[name] for name in names},
        "colormapsOnDark": {
            name: table for name, table in COLORMAPS_ON_DARK.items() if name in names
        },
        "columns": columns,
        "link": link_zoom,
        "tallest": tallest,
        "narrowest": narrowest,
        "above": above,
        "player": player,
    }
    return mount_clickable(header, Pixel, key=key, height=None, on_point=on_point)


def _described(panel: Panel) -> dict[str, Any]:
    """Return a panel in the words of the browser."""
    image, shape, lowest, highest = _pixels(panel.image)
    return {
        "title": panel.title,
        "alt": panel.alt,
        "caption": with_minus(panel.caption)
        if isinstance(panel.caption, str)
        else [with_minus(caption) for caption in panel.caption],
        "image": image,
        "shape": shape,
        "minus": None if panel.minus is None else np.asarray(panel.minus, dtype=np.float32),
        "low": lowest if panel.low is None else panel.low,
        "high": highest if panel.high is None else panel.high,
        "colormap": panel.colormap,
        "unit": panel.unit,
        "padding": panel.padding,
        "overlays": [vars(overlay) for overlay in panel.overlays],
        "x_axis": panel.x_axis and vars(panel.x_axis),
        "y_axis": panel.y_axis and vars(panel.y_axis),
    }


def _pixels(
    image: np.ndarray | Sequence[np.ndarray],
) -> tuple[np.ndarray | list[str], tuple[int, ...], float, float]:
    """Return the values, or the names of the frames on the shelf; their shape; their limits."""
    if isinstance(image, np.ndarray) and image.ndim == 2:
        values = np.asarray(image, dtype=np.float32)
        return values, values.shape, *limits(values)
    frames = [shelf().put(frame) for frame in image]
    lowest = min(frame.lowest for frame in frames)
    highest = max(frame.highest for frame in frames)
    return [frame.name for frame in frames], image[0].shape, lowest, highest
