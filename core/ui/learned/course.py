"""How an iteration went: what it can see of itself, beside the error that it cannot."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.array_types import Float64Array
from core.methods.support.history import History
from core.ui.figures.curves import Mark, Series, curves
from core.ui.style import BLUE, ORANGE, RED, LineStyle

TITLES = {"loss": "loss", "change": "‖mₖ₊₁ − mₖ‖ / ‖mₖ‖"}


def relative_error(history: History) -> Float64Array:
    """‖m̂ − m‖ / ‖m‖ of every recorded iterate, from its SNR; NaN where that was not taken."""
    return np.asarray(10 ** (-history["snr"] / 20))


def course_curves(
    history: History, steps: Sequence[int], *, key: str, player: str | None, misfit: str
) -> None:
    """Draw a column of the history, the residual, and the error with its minimum marked.

    steps : the iterations that a player of the key `player` walks through.
    misfit : "loss" or "change".
    """
    shown = np.maximum(np.array(steps, float), 1)
    marks = [Mark(x=shown, name="shown above")] if steps else []
    left, right = st.columns(2, gap="medium")
    with left:
        curves(
            [
                _series(history, history[misfit], TITLES[misfit], BLUE),
                _series(history, history["residual"], "‖Gm − d‖ / ‖d‖", ORANGE),
            ],
            key=f"{key} misfit",
            x_title="step",
            y_title="",
            log_x=True,
            log_y=True,
            marks=marks,
            player=player,
            alt=f"{TITLES[misfit]} and the residual against the step.",
        )
    with right:
        curves(
            [
                _series(
                    history, 100 * relative_error(history), "error ‖m̂ − m‖ / ‖m‖", RED, best=True
                )
            ],
            key=f"{key} error",
            x_title="step",
            y_title="error / %",
            log_x=True,
            marks=marks,
            player=player,
            alt="The distance to the truth against the step, its minimum marked.",
        )


def _series(
    history: History, values: Float64Array, name: str, colour: str, *, best: bool = False
) -> Series:
    """A curve over the steps; long runs measure only some of them, and the others are left out."""
    steps = history["iteration"]
    known = np.isfinite(values) & (steps > 0)
    return Series(
        name=name,
        x=steps[known],
        y=values[known],
        style=LineStyle(colour=colour),
        best="lowest" if best else None,
    )
