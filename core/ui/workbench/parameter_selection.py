"""Choosing a parameter: one sweep, four rules, and how far each is from the best."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods.base import Method
from core.methods.support.parameter_selection import Choice
from core.parameters import Parameter, text_of
from core.problem.scan import Scan
from core.studies.sweep import ParameterSweep, SweepResult, sweepable, values_around
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.plot import Point
from core.ui.style import BLUE, GREEN, ORANGE, PURPLE, LineStyle
from core.ui.workbench.long_job import long_job

RULES = {
    # rule: (name, colour)
    "l_curve": ("L-curve's corner", BLUE),
    "discrepancy": ("discrepancy principle", ORANGE),
    "gcv": ("cross-validation", PURPLE),
    "oracle": ("oracle (best SNR)", GREEN),
}


def choosing_tab(scan: Scan, chosen: Mapping[str, Method]) -> None:
    """Offer a sweep over a parameter of one of the chosen methods."""
    able = {letter: method for letter, method in chosen.items() if sweepable(type(method))}
    if not able:
        st.caption("None of the chosen methods has a parameter to sweep over.")
        return
    st.markdown(
        "Too little regularisation and the picture follows the noise, too much and it follows "
        "the regulariser. Four rules say where to stop. Three see only the data: the **L-curve** "
        "looks for the corner between misfit and roughness, the **discrepancy principle** leaves "
        "as much residual as there is noise, **generalised cross-validation** (GCV) predicts rays "
        "left out. The **oracle** knows the truth and shows what the others miss."
    )
    letter, parameter, count = _controls(able)
    values = values_around(parameter, getattr(able[letter], parameter.name), count)
    sweep = ParameterSweep(scan=scan, method=able[letter], parameter=parameter.name, values=values)
    load = partial(_load, f"{letter.lower()}.{sweep.method.name}.{parameter.name}")
    long_job(
        sweep.task,
        label=f"Sweep over {parameter.title.lower()}",
        icon=":material/tune:",
        help=f"Solves for {len(values)} values, each twice: GCV needs the answer to slightly "
        "different data as well.",
        show=lambda state: _show(state, parameter, load),
    )


def _controls(able: Mapping[str, Method]) -> tuple[str, Parameter, int]:
    titles = {letter: f"{letter} · {method.title}" for letter, method in able.items()}
    first = next(iter(able))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        letter = control(
            Parameter(name="sweep", default=first, choices=tuple(able)),
            words=titles,
            label="Method",
        )
        offered = {p.name: p for p in sweepable(type(able[letter]))}
        name = control(
            Parameter(name="sweep.over", default=next(iter(offered)), choices=tuple(offered)),
            key=f"sweep.over {able[letter].name}",
            label="Parameter",
        )
        count = control(
            Parameter(name="sweep.values", default=17, low=5, high=41),
            options=(5, 9, 13, 17, 25, 33, 41),
            label="Values",
        )
    return letter, offered[name], int(count)


def _show(state: JobState[SweepResult], parameter: Parameter, load: Callable[..., None]) -> None:
    result = state.result
    if result is None:
        return
    if len(result.curve.values) < 3:
        st.caption("Stopped before there were three values to compare.")
        return
    _figures(result, parameter, partial(load, result))
    _table(result, parameter)


def _load(name: str, result: SweepResult, point: Point) -> None:
    """Give the method the value of the point clicked."""
    value = float(result.curve.values[point.index])
    permalink.follow({name: text_of(value)}, [name])


def _figures(result: SweepResult, parameter: Parameter, load: Callable[[Point], None]) -> None:
    curve = result.curve
    symbol = parameter.title.lower()
    marked = [choice for choice in result.choices if choice.index is not None]
    line = LineStyle(colour=BLUE)
    left, middle, right = st.columns(3)
    with left:
        st.markdown("**L-curve**")
        curves(
            [
                Series(name=symbol, x=curve.residual_norm, y=curve.penalty, style=line),
                *(_spot(c, curve.residual_norm, curve.penalty) for c in marked),
            ],
            key="sweep l-curve",
            x_title="‖Gm − d‖",
            y_title="‖Rm‖",
            log_x=True,
            log_y=True,
            on_point=load,
            alt="Roughness of the image against its misfit, one point for each value.",
        )
    with middle:
        st.markdown("**GCV score**")
        curves(
            [Series(name="score", x=curve.values, y=curve.gcv, style=line)],
            key="sweep gcv",
            x_title=symbol,
            y_title="N‖Gm − d‖² / (N − freedom)²",
            log_x=True,
            log_y=True,
            marks=_marks(marked, curve.values, ("gcv",)),
            on_point=load,
            alt="The score of generalised cross-validation against the parameter.",
        )
    with right:
        st.markdown("**What each rule gets**")
        known = np.isfinite(curve.snr).any()
        curves(
            [
                Series(
                    name="SNR" if known else "misfit",
                    x=curve.values,
                    y=curve.snr if known else curve.residual_norm,
                    style=line,
                )
            ],
            key="sweep snr",
            x_title=symbol,
            y_title="SNR / dB" if known else "‖Gm − d‖",
            log_x=True,
            log_y=not known,
            marks=_marks(marked, curve.values, tuple(RULES)),
            on_point=load,
            alt="The quality of the image against the parameter, with each rule's choice.",
        )
    st.caption("Click a point to give the method above its value.")


def _spot(choice: Choice, x: np.ndarray, y: np.ndarray) -> Series:
    name, colour = RULES[choice.rule]
    place = np.array([choice.index])
    return Series(
        name=name, x=x[place], y=y[place], style=LineStyle(colour=colour), markers=True, width=3.5
    )


def _marks(marked: Sequence[Choice], values: np.ndarray, rules: Sequence[str]) -> list[Mark]:
    return [
        Mark(x=float(values[c.index]), name=RULES[c.rule][0], colour=RULES[c.rule][1])
        for c in marked
        if c.rule in rules and c.index is not None
    ]


def _table(result: SweepResult, parameter: Parameter) -> None:
    curve = result.curve
    best = float(np.nanmax(curve.snr)) if np.isfinite(curve.snr).any() else np.nan
    headings = ["Rule", parameter.title, "SNR / dB", "below the best", ""]
    rows = []
    for choice in result.choices:
        name = RULES[choice.rule][0]
        if choice.index is None:
            rows.append([name, "–", "–", "–", choice.message])
            continue
        snr = curve.snr[choice.index]
        shown = (f"{snr:.2f}", f"{best - snr:.2f} dB") if np.isfinite(snr) else ("–", "–")
        rows.append([name, f"{curve.values[choice.index]:.3g}", *shown, choice.message])
    st.markdown(markdown_table(headings, rows, align="lrrrl"))
