"""Learning from pairs: gradient descent and mini-batches, on a problem of two weights."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.array_types import Float64Array
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.plot import plot
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, INK, MARK, ORANGE, SLATE, LineStyle

WORDS = """\
**Supervised learning** needs pairs of data and truth, and a function $f_\\theta$ with weights
$\\theta$ that can be changed. Training changes them until $f_\\theta(d_i)$ is near $m_i$ for the
training pairs; the hope is that the same then holds for other pairs. The *loss* is a mean over the
pairs. It has a gradient, and backpropagation computes it in the time of about two evaluations.

The gradient over *all* pairs costs too much. A few of them, a **mini-batch** $B$, drawn anew for
every step, point in the right direction on average: steps are cheap, and noisy.

The square is one choice of loss, and *Train one now* uses it. The trained networks of the zoo take
the logarithm of the relative error, $\\ln(\\lVert\\hat m_i - m_i\\rVert^2 / \\lVert
m_i\\rVert^2)$, so that every image and every noise level counts alike."""
LOSS = r"L(\theta) = \frac1N \sum_{i=1}^N \lVert f_\theta(d_i) - m_i \rVert^2"
STEP = r"\theta \leftarrow \theta - \eta\,\nabla_{\!\theta}\, \frac1{|B|} \sum_{i \in B} " + (
    r"\lVert f_\theta(d_i) - m_i \rVert^2"
)

PAIRS, STEPS = 48, 120
FOLLOW = "training step"
A_RANGE, B_RANGE = (-1.6, 2.6), (-1.8, 2.2)

_BATCH = Parameter(
    name="learn.batch", default=4, low=1, high=PAIRS, symbol="|B|", help="Pairs in each step."
)
_RATE = Parameter(
    name="learn.rate", default=0.1, low=0.01, high=1.6, log=True, symbol=r"\eta",
    help="Above 2 over the largest curvature of the loss, gradient descent diverges.",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """Pairs (x, y), each (PAIRS,), and the loss of a line a·x + b on them as a quadratic."""

    x: Float64Array
    y: Float64Array

    def loss(self, weights: Float64Array) -> Float64Array:
        """The mean square error for weights (..., 2)."""
        a, b = weights[..., :1], weights[..., 1:]
        return np.asarray(((a * self.x + b - self.y) ** 2).mean(axis=-1))

    def gradient(self, weights: Float64Array, batch: NDArray[np.int64]) -> Float64Array:
        """The gradient of the mean over a batch."""
        x, wrong = self.x[batch], weights[0] * self.x[batch] + weights[1] - self.y[batch]
        return 2 * np.array([(wrong * x).mean(), wrong.mean()])


@part
def show(scan: Scan) -> None:
    """Draw the words, the controls, and the three views of one training."""
    text_with_equations(WORDS, LOSS, STEP)
    st.markdown(
        "Here $f_\\theta(x) = ax + b$: two weights, so that the loss can be drawn as a landscape."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        batch = int(control(_BATCH, options=(1, 2, 4, 8, 16, 32, PAIRS), label="Batch $|B|$"))
    with right:
        rate = float(control(_RATE, label=r"Learning rate $\eta$"))
    frame = linked_player(
        [f"step {step}" for step in range(STEPS + 1)],
        range(STEPS + 1),
        name="pairs.step",
        key=FOLLOW,
        alt="training step",
        start=STEPS,
    )
    few, every = descent(batch, rate), descent(PAIRS, rate)
    landscape, line, falling = st.columns(3, gap="medium")
    with landscape:
        _landscape(few, every)
    with line:
        _line(few)
    with falling:
        _falling(few, every)
    _numbers(few, every, batch, frame)
    things_to_try(
        "Set the batch to 1: the path reaches the valley soonest per pair seen, and never rests.",
        "Raise $\\eta$ until even the full gradient leaves the valley.",
        "Halve $\\eta$: the noise of the mini-batch shrinks, and so does the pace.",
    )


@lru_cache(maxsize=1)
def lesson() -> Lesson:
    """Points around a line, with noise; x is off centre, so the valley is oblique and narrow."""
    random = np.random.Generator(np.random.PCG64(3))
    x = random.uniform(-0.4, 1.6, PAIRS)
    return Lesson(x=x, y=1.1 * x - 0.3 + 0.3 * random.standard_normal(PAIRS))


@lru_cache(maxsize=64)
def descent(batch: int, rate: float) -> Float64Array:
    """The weights (STEPS + 1, 2) after every step, from one start; kept within 1e3."""
    pairs, random = lesson(), np.random.Generator(np.random.PCG64(1))
    weights = [np.array([-1.2, 1.8])]
    for _ in range(STEPS):
        chosen = random.choice(PAIRS, batch, replace=False)
        moved = weights[-1] - rate * pairs.gradient(weights[-1], chosen)
        weights.append(np.clip(moved, -1e3, 1e3))
    return np.array(weights)


def _landscape(few: Float64Array, every: Float64Array) -> None:
    """The loss over both weights, and both paths as far as the player is."""
    a, b = np.linspace(*A_RANGE, 60), np.linspace(*B_RANGE, 60)
    heights = lesson().loss(np.stack(np.meshgrid(a, b), axis=-1))
    contour: dict[str, Any] = {
        "type": "contour", "x": a, "y": b, "z": np.log10(heights), "showscale": False,
        "ncontours": 18, "contours": {"coloring": "lines"}, "line": {"width": 1},
        "colorscale": [[0, SLATE], [1, SLATE]], "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    paths = [("all pairs", every, INK), ("mini-batches", few, ORANGE)]
    plot(
        {
            "data": [
                contour,
                *(
                    {"type": "scatter", "mode": "lines", "x": path[:, 0], "y": path[:, 1],
                     "name": name, "line": {"color": colour, "width": 2}}
                    for name, path, colour in paths
                ),
            ],
            "layout": {
                "xaxis": {"title": {"text": "a"}, "range": list(A_RANGE)},
                "yaxis": {"title": {"text": "b"}, "range": list(B_RANGE)},
            },
        },
        key="landscape",
        height=360,
        alt="Contours of the loss over the two weights, with both paths of descent.",
        player=FOLLOW,
        frames={
            number: {"x": _until(path[:, 0]), "y": _until(path[:, 1])}
            for number, (_, path, _) in enumerate(paths, start=1)
        },
    )  # fmt: skip


def _line(few: Float64Array) -> None:
    """The pairs, and the line that the weights of the mini-batches make."""
    pairs = lesson()
    x = np.array([-0.5, 1.7])
    lines = few[:, :1] * x + few[:, 1:]
    plot(
        {
            "data": [
                {"type": "scatter", "mode": "markers", "x": pairs.x, "y": pairs.y,
                 "name": "pairs", "marker": {"color": BLUE, "size": 6}},
                {"type": "scatter", "mode": "lines", "x": x, "y": lines[-1],
                 "name": "f(x) = ax + b", "line": {"color": ORANGE, "width": 2.5}},
            ],
            "layout": {
                "xaxis": {"title": {"text": "x"}, "range": [-0.5, 1.7]},
                "yaxis": {"title": {"text": "y"}, "range": [-2.0, 2.6]},
            },
        },
        key="fitted line",
        height=360,
        alt="The pairs, and the line that has been learned.",
        player=FOLLOW,
        frames={1: {"y": lines}},
    )  # fmt: skip


def _falling(few: Float64Array, every: Float64Array) -> None:
    """The loss over all pairs after each step of both descents."""
    steps = np.arange(STEPS + 1, dtype=float)
    curves(
        [
            Series(name="all pairs", x=steps, y=lesson().loss(every), style=LineStyle(colour=INK)),
            Series(
                name="mini-batches", x=steps, y=lesson().loss(few), style=LineStyle(colour=ORANGE)
            ),
        ],
        key="falling loss",
        x_title="step",
        y_title="loss over all pairs",
        log_y=True,
        height=360,
        marks=[Mark(x=steps, name="shown", colour=MARK)],
        player=FOLLOW,
        alt="The loss against the number of steps, for mini-batches and for all pairs.",
    )


def _numbers(few: Float64Array, every: Float64Array, batch: int, frame: int) -> None:
    pairs = lesson()
    best = np.polyfit(pairs.x, pairs.y, 1)
    lowest = float(pairs.loss(best))
    st.markdown(
        f"After step {frame} the loss is **{float(pairs.loss(few[frame])):.3g}** with mini-batches "
        f"and **{float(pairs.loss(every[frame])):.3g}** with all pairs; no line has less than "
        f"{lowest:.3g}. So far the mini-batches have looked at {frame * batch} pairs, the full "
        f"gradient at {frame * PAIRS}."
    )


def _until(values: Float64Array) -> Float64Array:
    """One row a frame: the values up to it, and nothing behind."""
    frames = np.tile(values, (len(values), 1))
    frames[np.triu_indices(len(values), 1)] = np.nan
    return frames
