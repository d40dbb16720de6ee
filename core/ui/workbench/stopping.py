"""When to stop: the iterates of one run under four rules, and what each rule loses."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods.base import Method
from core.methods.support.parameter_selection import Choice
from core.problem.measurement import Source
from core.studies.stopping import FEWEST, StoppingResult, StoppingStudy
from core.ui.controls import permalink
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.plot import Point
from core.ui.style import BLUE, GREEN, MARK, ORANGE, PINK, PURPLE, LineStyle
from core.ui.workbench.long_job import long_job

RULES = {
    # rule: (name, colour)
    "discrepancy": ("discrepancy", ORANGE),
    "ncp": ("NCP", PINK),
    "gcv": ("GCV", PURPLE),
    "oracle": ("oracle", GREEN),
}
WORDS = """\
The iteration number is the regularisation parameter of this method: stop too late, and the picture
follows the noise. The **discrepancy principle** stops once the residual is as small as the noise,
and must be told how much that is. The **normalised cumulative periodogram** (NCP) stops where the
residual looks most like white noise: what is left then has no pattern. **Generalised
cross-validation** (GCV) predicts rays left out. The **oracle** knows the truth. NCP and GCV take
the noise for white and equally strong in all rays; the discrepancy principle needs only its norm.
(Morozov 1966; Hansen, Kilmer and Kjeldsen 2006; Hansen, Jørgensen and Rasmussen 2021.)"""


def stopping(scan: Source, letter: str, method: Method) -> None:
    """Offer to judge every iterate of a method."""
    st.markdown(WORDS)
    method = _judged(letter, method)
    planned = method.iterations_planned()
    if planned < FEWEST:
        st.caption(f"The method has {planned} iterations: give it more to choose from.")
        return
    study = StoppingStudy(scan=scan, method=method)
    name = f"{letter.lower()}.{method.name}.iterations"
    long_job(
        study.task,
        label="Judge every iterate",
        icon=":material/flag:",
        help=f"Runs the {planned} iterations of {method.title} once more, and beside them those on "
        "slightly different data, which GCV needs.",
        show=lambda state: _show(state, name),
    )


def _judged(letter: str, method: Method) -> Method:
    """The method with as many iterations as before, where it now has one of those: by a click."""
    key = f"stopping: method {letter}"
    before: Method = st.session_state.get(key, method)
    fewer: dict[str, Any] = {"iterations": method.iterations_planned()}
    same = type(before) is type(method) and replace(before, **fewer) == method
    if not same or before.iterations_planned() < method.iterations_planned():
        before = method
    st.session_state[key] = before
    return before


def _show(state: JobState[StoppingResult], name: str) -> None:
    result = state.result
    if result is None:
        return
    if len(result.curve.values) <= FEWEST:
        st.caption("Stopped before there was anything to choose from.")
        return
    _figures(result, name)
    st.markdown(stopping_table(result))


def _figures(result: StoppingResult, name: str) -> None:
    curve = result.curve
    # On a logarithmic axis iterate 0 has no place.
    k = np.where(curve.values > 0, curve.values, np.nan)
    known = bool(np.isfinite(curve.snr).any())
    left, middle, right = st.columns(3)
    line = LineStyle(colour=BLUE)
    labels = [f"iteration {number:.0f}" for number in curve.values]
    marks = rule_marks(result.choices, curve.values)
    click = partial(_load, name, curve.values)
    with left:
        st.markdown("**What each rule gets**")
        curves(
            [
                Series(name="SNR", x=k, y=curve.snr, style=line, labels=labels)
                if known
                else Series(name="misfit", x=k, y=curve.residual_norm, style=line, labels=labels)
            ],
            key="stopping snr",
            x_title="iteration",
            log_x=True,
            y_title="SNR / dB" if known else "‖Gm − d‖",
            marks=marks,
            on_point=click,
            alt="The quality of each iterate, with the iteration at which each rule stops.",
        )
    with middle:
        st.markdown("**The residual against the noise**")
        noise = np.full(len(k), result.noise.value)
        curves(
            [
                Series(name="‖Gm − d‖", x=k, y=curve.residual_norm, style=line),
                Series(name="‖n‖", x=k, y=noise, style=LineStyle(colour=MARK, dash="dash")),
            ],
            key="stopping residual",
            x_title="iteration",
            y_title="‖Gm − d‖",
            log_x=True,
            log_y=True,
            marks=[mark for mark in marks if mark.name == RULES["discrepancy"][0]],
            alt="The residual norm of each iterate, and the norm of the noise.",
        )
    with right:
        st.markdown("**The two scores**")
        curves(
            [
                Series(name=title, x=k, y=score / score.min(), style=LineStyle(colour=colour))
                for (title, colour), score in (
                    (RULES["ncp"], curve.whiteness),
                    (RULES["gcv"], curve.gcv),
                )
            ],
            key="stopping scores",
            x_title="iteration",
            y_title="score / its least",
            log_x=True,
            log_y=True,
            marks=[mark for mark in marks if mark.name in ("NCP", "GCV")],
            alt="The scores of the periodogram and of cross-validation, each over its least.",
        )
    st.caption(
        "Click a point on the left to give the method above its number of iterations. The rules "
        "stand on the curves of convergence, too."
    )


def rule_marks(choices: Sequence[Choice], iterations: np.ndarray) -> list[Mark]:
    """A vertical line where each rule stops, if it does."""
    return [
        Mark(x=float(iterations[one.index]), name=RULES[one.rule][0], colour=RULES[one.rule][1])
        for one in choices
        if one.index is not None
    ]


def stopping_table(result: StoppingResult) -> str:
    """The iteration of each rule, its SNR, and how far that is below the best."""
    curve = result.curve
    best = float(np.nanmax(curve.snr)) if np.isfinite(curve.snr).any() else np.nan
    rows = []
    for one in result.choices:
        name = RULES[one.rule][0]
        if one.index is None:
            rows.append([name, "–", "–", "–", one.message])
            continue
        snr = float(curve.snr[one.index])
        scores = (f"{snr:.2f}", f"{best - snr:.2f} dB") if np.isfinite(snr) else ("–", "–")
        rows.append([name, f"{curve.values[one.index]:.0f}", *scores, one.message])
    headings = ["Rule", "Iteration", "SNR / dB", "below the best", ""]
    return markdown_table(headings, rows, align="lrrrl")


def _load(name: str, iterations: np.ndarray, point: Point) -> None:
    """Give the method above the iteration number that was clicked."""
    if point.curve == 0:
        permalink.follow({name: f"{iterations[point.index]:.0f}"}, [name])
