"""Curves: convergence, profiles, spectra, histograms, all with one look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.number_format import readable
from core.ui.figures.plot import Point, plot
from core.ui.figures.whole_ticks import whole_ticks
from core.ui.style import BLUE, INK, MARK, SLATE, LineStyle

_PLAIN = LineStyle(colour=INK)
Best = Literal["lowest", "highest"]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One curve.

    x : shape (n,). y : shape (n,), or (frames, n) to follow the figure's player. NaN is a gap.
    style : of a method, from `core.ui.style.method_style`, or any other.
    best : marks the lowest or the highest point, such as the iteration with the highest SNR.
    markers : points instead of a line, drawn as Plotly's `symbol`: the style's unless given.
    labels : what the pointer reads at each point; each has a dot and is read by itself.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    style: LineStyle = _PLAIN
    width: float = 2.0
    best: Best | None = None
    markers: bool = False
    symbol: str = ""
    labels: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A vertical line: the iteration on screen, a rule's choice of a parameter.

    x : where it stands; an array of shape (frames,) follows the figure's player.
    """

    x: float | np.ndarray
    name: str
    colour: str = MARK


def curves(
    series: Sequence[Series],
    *,
    key: str,
    x_title: str,
    y_title: str,
    alt: str,
    height: int = 320,
    log_x: bool = False,
    log_y: bool = False,
    marks: Sequence[Mark] = (),
    on_point: bool | Callable[[Point], None] = False,
    player: str | None = None,
) -> Point | None:
    """Draw curves over one pair of axes; see `core.ui.figures.plot.plot` for the common arguments.

    Parameters
    ----------
    x_title, y_title : what the axes show, units included.
    log_x, log_y : logarithmic axes; values that are not positive are left out.
    marks : vertical lines with their names.
    """
    figure = curves_figure(
        series, x_title=x_title, y_title=y_title, log_x=log_x, log_y=log_y, marks=marks
    )
    frames: dict[int, dict[str, np.ndarray]] = {
        number: {"y": one.y} for number, one in enumerate(series) if one.y.ndim == 2
    }
    for number, mark in enumerate(marks, start=len(figure["data"]) - len(marks)):
        if isinstance(mark.x, np.ndarray):
            frames[number] = {"x": np.repeat(mark.x[:, None], 2, axis=1)}
    return plot(
        figure,
        key=key,
        height=height,
        alt=alt,
        on_point=on_point,
        player=player,
        frames=frames,
    )


def curves_figure(
    series: Sequence[Series],
    *,
    x_title: str,
    y_title: str,
    log_x: bool = False,
    log_y: bool = False,
    marks: Sequence[Mark] = (),
) -> dict[str, Any]:
    """Return the figure of `curves` as a plain dict; a dict is far faster than a ``go.Figure``."""
    best = (_best(one) for one in series if one.best is not None)
    data = [*map(_line, series), *best, *map(_mark, marks)]
    layout: dict[str, Any] = {
        "hovermode": "closest" if any(one.labels for one in series) else "x unified",
        "xaxis": _axis(x_title, log_x) | whole_ticks((one.x for one in series), log=log_x),
        "yaxis": _axis(y_title, log_y),
    }
    if any(one.y.ndim == 2 for one in series):
        layout["yaxis"]["range"] = _range(series, log_y)
    if marks:
        # A second axis from 0 to 1 lets a mark span the height whatever the curves' values are.
        layout["yaxis2"] = {
            "overlaying": "y",
            "range": [0, 1],
            "visible": False,
            "fixedrange": True,
        }
    return {"data": data, "layout": layout}


def histogram_with_density(
    samples: np.ndarray,
    density: Callable[[np.ndarray], np.ndarray],
    *,
    key: str,
    name: str,
    density_name: str,
    x_title: str,
    alt: str,
    bins: int = 60,
    height: int = 320,
) -> None:
    """Draw how values are distributed, with the density that a model says they should have.

    Parameters
    ----------
    samples : values, any shape; the bars are scaled to an area of one.
    density : the model's density at given values.
    name, density_name : of the bars and of the line in the legend.
    """
    figure = histogram_figure(
        samples, density, name=name, density_name=density_name, x_title=x_title, bins=bins
    )
    plot(figure, key=key, height=height, alt=alt)


def histogram_figure(
    samples: np.ndarray,
    density: Callable[[np.ndarray], np.ndarray],
    *,
    name: str,
    density_name: str,
    x_title: str,
    bins: int = 60,
) -> dict[str, Any]:
    """Return the figure of `histogram_with_density` as a plain dict."""
    heights, edges = np.histogram(samples, bins=bins, density=True)
    x, middles = np.linspace(edges[0], edges[-1], 400), (edges[:-1] + edges[1:]) / 2
    bars = {
        "type": "bar",
        "x": middles,
        "y": heights,
        "name": name,
        "marker": {"color": SLATE, "opacity": 0.55, "line": {"width": 0}},
        "hovertemplate": "%{y:.4g}",
    }
    curve = Series(name=density_name, x=x, y=density(x), style=LineStyle(colour=BLUE), width=2.5)
    layout = {
        "bargap": 0,
        "hovermode": "x unified",
        "xaxis": _axis(x_title, False),
        "yaxis": {**_axis("density", False), "rangemode": "tozero"},
    }
    return {"data": [bars, _line(curve)], "layout": layout}


def _axis(title: str, log: bool) -> dict[str, Any]:
    return {"title": {"text": title}, "type": "log" if log else "linear"}


def _line(one: Series) -> dict[str, Any]:
    style, symbol = one.style, one.symbol or one.style.symbol
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers" if one.markers else "lines+markers" if one.labels else "lines",
        "x": one.x,
        "y": one.y if one.y.ndim == 1 else one.y[0],
        "name": one.name,
        "hovertemplate": "%{text}<br>%{y:.4g}" if one.labels else "%{y:.4g}",
        "marker": {
            "color": style.colour,
            "size": 3 * one.width,
            "symbol": symbol,
            "line": {"width": 2 if "-open" in symbol else 0},
        },
        "line": {"color": style.colour, "dash": style.dash, "width": one.width * style.width},
    }
    return trace | ({"text": list(one.labels)} if one.labels else {})


def _best(one: Series) -> dict[str, Any]:
    """Return a star on the lowest or the highest point of a curve, with its value."""
    known = np.isfinite(one.y) & np.isfinite(one.x)
    if not known.any():
        return {"type": "scatter", "x": [], "y": [], "showlegend": False}
    known_y = np.where(known, one.y, np.nan)
    place = int(np.nanargmin(known_y) if one.best == "lowest" else np.nanargmax(known_y))
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [one.x[place]],
        "y": [one.y[place]],
        "text": [readable(float(one.y[place]))],
        "textposition": "bottom center" if one.best == "lowest" else "top center",
        "textfont": {"shadow": "auto"},  # legible where other curves pass
        "marker": {"symbol": "star", "size": 12, "color": one.style.colour},
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _mark(mark: Mark) -> dict[str, Any]:
    x = float(np.ravel(mark.x)[0])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x, x],
        "y": [0, 1],
        "yaxis": "y2",
        "name": mark.name,
        "line": {"color": mark.colour, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _range(series: Sequence[Series], log: bool) -> list[float]:
    """Return a range that holds every frame, so that the axis keeps still while they play."""
    values = np.concatenate([np.ravel(one.y) for one in series])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not values.size:
        return [0.0, 1.0]
    values = np.log10(values) if log else values
    low, margin = float(values.min()), 0.05 * float(np.ptp(values)) or 0.5
    return [low - margin, float(values.max()) + margin]
