"""One drawing surface for every figure of the laboratory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st


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
) -> Point | None:
    """Draw a Plotly figure given as a plain dict ``{"data": [...], "layout": {...}}``.

    Zoom survives a change of data under the same key; colours, fonts and grid come from the
    theme, so leave them out of the layout. NumPy arrays may stand wherever Plotly takes a list.

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
    """
    st.plotly_chart(dict(figure), key=key, height=height, alt=alt)
    return None


def player(
    labels: Sequence[str], *, key: str, start: int = 0, seconds: float = 8.0, alt: str
) -> int:
    """Draw a play button and a slider over frames and return the frame it rests at.

    Figures that name this key as their `player` follow the frame in the browser. The page runs
    again only when playing stops or the slider is let go.

    Parameters
    ----------
    labels : one text a frame, shown beside the slider ("37.3°", "iteration 12").
    start : the frame shown first, and again whenever the page passes a different number.
    seconds : how long one pass through all frames takes.
    alt : what the slider chooses ("angle of the gantry").
    """
    return int(st.slider(alt, 0, len(labels) - 1, start, key=key))
