"""Curve figures that keep their zoom, and a player that turns them over frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.ui.figures.component import mount, mount_clickable
from core.ui.style import ON_DARK


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point that someone clicked in a curve figure, in the units of the axes."""

    curve: int
    index: int
    x: float
    y: float


def plot(
    figure: Mapping[str, Any],
    *,
    key: str,
    height: int,
    alt: str,
    on_point: bool | Callable[[Point], None] = False,
    player: str | None = None,
    frames: Mapping[int, Mapping[str, np.ndarray]] | None = None,
    on_dark: Mapping[str, str] | None = None,
) -> Point | None:
    """Draw a Plotly figure given as a plain dict ``{"data": [...], "layout": {...}}``.

    Zoom survives a change of data under the same key; give the layout another `uirevision` to
    start afresh. Colours, fonts and grid come from the theme: leave them out of the layout, and
    take colours of traces from `core.ui.style`, which has a partner of each for the dark theme.
    NumPy arrays may stand wherever Plotly takes a list.

    Parameters
    ----------
    figure : plain dict, no ``go.Figure``.
    key : name of the figure; the same key keeps its zoom from one run to the next.
    height : in CSS pixels; the width follows the column.
    alt : one sentence that says what the figure shows, read by screen readers.
    on_point : True returns the point clicked just now (None in every other run); a function is
        called with it before the page runs again, early enough to set widget values.
    player : key of a `player` whose frame this figure follows in the browser, without reruns.
    frames : trace number → attribute → array of shape (frames, n): what changes with the frame.
        Give the axes a fixed range, or they jump from frame to frame.
    on_dark : partners on the dark theme of colours that are not those of `core.ui.style`.
    """
    header = {
        "kind": "plot",
        "figure": figure,
        "height": height,
        "alt": alt,
        "player": player,
        "frames": frames,
        "onDark": {**ON_DARK, **(on_dark or {})},
    }
    return mount_clickable(header, Point, key=key, height=height, on_point=on_point)


def player(
    labels: Sequence[str],
    *,
    key: str,
    alt: str,
    start: int = 0,
    turn: int = 0,
    seconds: float = 8.0,
    loop: bool = True,
    link: tuple[str, Sequence[str]] | None = None,
) -> int:
    """Draw a play button and a slider over frames and return the frame it rests at.

    Figures that name this key as their `player` follow the frame in the browser. The page runs
    again only when playing stops or the slider is let go.

    Parameters
    ----------
    labels : one text a frame, shown beside the slider ("37.3°", "iteration 12").
    alt : what the slider chooses ("angle of the gantry").
    start : the frame shown first, and again whenever the page passes a different number.
    turn : another number shows the frame `start` once more, though it is the same.
    seconds : how long one pass through all frames takes.
    loop : whether playing begins again after the last frame, or stops there.
    link : what the frame is called in the link of the page, and a text for each frame, empty for
        one that the link leaves out: for who copies the link while the player runs.
    """
    last = len(labels) - 1
    start = min(max(start, 0), last)
    header = {
        "kind": "player",
        "labels": list(labels),
        "alt": alt,
        "start": start,
        "turn": turn,
        "seconds": seconds,
        "loop": loop,
        "link": link and {"name": link[0], "values": list(link[1])},
    }
    rest = mount(header, key=key, events={"rest": lambda: None}).rest
    # A rest that was reported under another start is from before the page chose a new one.
    if rest is None or (rest["start"], rest["turn"]) != (start, turn):
        return start
    return min(int(rest["frame"]), last)
