"""Choosing a parameter: one sweep, four rules, and how far each is from the best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods.base import Method
from core.methods.support.parameter_selection import SweepCurve
from core.parameter import Parameter, text_of
from core.problem.measurement import Source
from core.studies.sweep import ParameterSweep, SweepResult, sweepable, values_around
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.plot import Point
from core.ui.style import BLUE, GREEN, MARK, ORANGE, PURPLE, LineStyle
from core.ui.workbench.long_job import long_job
from core.ui.workbench.stopping import stopping

ITERATIONS = "iterations"
RULES = {
    # rule: (name, colour)
    "l_curve": ("L-curve's corner", BLUE),
    "discrepancy": ("discrepancy principle", ORANGE),
    "gcv": ("cross-validation", PURPLE),
    "oracle": ("oracle (best SNR)", GREEN),
}


def choosing_tab(scan: Source, chosen: Mapping[str, Method]) -> None:
    """Offer a sweep over a parameter of one of the chosen methods."""
    able = {letter: method for letter, method in chosen.items() if _offered(method)}
    if not able:
        st.caption("None of the chosen methods has a regularisation parameter.")
        return
    letter, parameter, count = _controls(able)
    if parameter is None:
        stopping(scan, letter, able[letter])
        return
    st.markdown(
        "Too little regularisation and the picture follows the noise, too much and it follows "
        "the regulariser. Four rules say which value to take. Two see only the data: the "
        "**L-curve** looks for the corner between misfit and roughness, **generalised "
        "cross-validation** (GCV) predicts rays left out. The **discrepancy principle** leaves as "
        "much residual as there is noise, and must be told how much that is. The **oracle** knows "
        "the truth and shows what the others miss. GCV takes the noise for equally strong in all "
        "rays; the discrepancy principle needs only its norm. For photon counts a weighted misfit "
        "would be better."
    )
    name = f"{letter.lower()}.{able[letter].name}.{parameter.name}"
    now = float(getattr(able[letter], parameter.name))
    values = _values(parameter, now, count, name)
    # The method's own value has no part in the sweep, which stays when one of its values is taken.
    method = replace(able[letter], **{parameter.name: values[0]})
    sweep = ParameterSweep(scan=scan, method=method, parameter=parameter.name, values=values)
    long_job(
        sweep.task,
        label=f"Sweep over {parameter.title.lower()}",
        icon=":material/tune:",
        help=f"Solves for {len(values)} values, each twice: GCV needs the answer to slightly "
        "different data as well.",
        show=lambda state: _show(state, parameter, now, name),
    )


def _values(parameter: Parameter, now: float, count: int, name: str) -> tuple[float, ...]:
    """Values around the present one, or those of before where it is one of them."""
    key = f"sweep: {count} values of {name}"
    before: tuple[float, ...] = st.session_state.get(key, ())
    if not any(math.isclose(now, value) for value in before):
        before = st.session_state[key] = values_around(parameter, now, count)
    return before


def _offered(method: Method) -> dict[str, Parameter | None]:
    """What regularises a method: its weights by their names, and its iteration number as None."""
    offered: dict[str, Parameter | None] = {p.name: p for p in sweepable(type(method))}
    return {**offered, ITERATIONS: None} if method.stops_early else offered


def _controls(able: Mapping[str, Method]) -> tuple[str, Parameter | None, int]:
    """Let the visitor choose a method, what regularises it, and how many values to try."""
    titles = {letter: f"{letter} · {method.title}" for letter, method in able.items()}
    first = next(iter(able))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        letter = control(
            Parameter(name="sweep", default=first, choices=tuple(able)),
            words=titles,
            label="Method",
        )
        offered = _offered(able[letter])
        name = control(
            Parameter(name="sweep.over", default=next(iter(offered)), choices=tuple(offered)),
            key=f"sweep.over {able[letter].name}",
            label="Parameter",
            words={ITERATIONS: "Iteration number"},
        )
        count = 0
        if offered[name] is not None:
            count = control(
                Parameter(name="sweep.values", default=17, low=5, high=41),
                options=(5, 9, 13, 17, 25, 33, 41),
                label="Values",
            )
    return letter, offered[name], int(count)


def _show(state: JobState[SweepResult], parameter: Parameter, now: float, name: str) -> None:
    result = state.result
    if result is None:
        return
    if len(result.curve.values) < 3:
        st.caption("Stopped before there were three values to compare.")
        return
    _figures(result, parameter, now, name)
    _table(result, parameter)


def _load(name: str, values: Sequence[np.ndarray], point: Point) -> None:
    """Give the method the value of the point clicked; `values` has those of each curve."""
    permalink.follow({name: text_of(float(values[point.curve][point.index]))}, [name])


def _figures(result: SweepResult, parameter: Parameter, now: float, name: str) -> None:
    curve = result.curve
    symbol = parameter.title.lower()
    rules: dict[str, int] = {
        choice.rule: choice.index for choice in result.choices if choice.index is not None
    }
    known = np.isfinite(curve.snr).any()
    quality = curve.snr if known else curve.residual_norm
    # Where the method above stands now, if it is at one of the values.
    present = np.flatnonzero(np.isclose(curve.values, now))[:1]
    left, middle, right = st.columns(3)
    with left:
        st.markdown("**L-curve**")
        spots = [(*RULES[rule], np.array([index])) for rule, index in rules.items()]
        spots += [("the method above", MARK, present)] if present.size else []
        curves(
            [
                _points(symbol, curve, curve.residual_norm, curve.penalty),
                *(
                    Series(
                        name=rule,
                        x=curve.residual_norm[place],
                        y=curve.penalty[place],
                        style=LineStyle(colour=colour),
                        markers=True,
                        width=3.5,
                        labels=_labels(symbol, curve.values[place]),
                    )
                    for rule, colour, place in spots
                ),
            ],
            key="sweep l-curve",
            x_title="‖Gm − d‖",
            y_title="penalty: √ of the regulariser, or ‖m‖",
            log_x=True,
            log_y=True,
            on_point=partial(
                _load, name, [curve.values, *(curve.values[place] for *_, place in spots)]
            ),
            alt="The penalty of the image against its misfit, one point for each value.",
        )
    with middle:
        st.markdown("**GCV score**")
        curves(
            [_points("score", curve, curve.values, curve.gcv, symbol)],
            key="sweep gcv",
            x_title=symbol,
            y_title="N‖Gm − d‖² / (N − freedom)²",
            log_x=True,
            log_y=True,
            marks=_marks(rules, curve.values, ("gcv",), now),
            on_point=partial(_load, name, [curve.values]),
            alt="The score of generalised cross-validation against the parameter.",
        )
    with right:
        st.markdown("**What each rule gets**")
        curves(
            [_points("SNR" if known else "misfit", curve, curve.values, quality, symbol)],
            key="sweep snr",
            x_title=symbol,
            y_title="SNR / dB" if known else "‖Gm − d‖",
            log_x=True,
            log_y=not known,
            marks=_marks(rules, curve.values, tuple(RULES), now),
            on_point=partial(_load, name, [curve.values]),
            alt="The quality of the image against the parameter, with each rule's choice.",
        )
    st.caption(f"Click a point to give the method above its value. It has {symbol} {now:.4g} now.")


def _points(name: str, curve: SweepCurve, x: np.ndarray, y: np.ndarray, symbol: str = "") -> Series:
    """One point for each value of the sweep, which the pointer reads."""
    return Series(
        name=name,
        x=x,
        y=y,
        style=LineStyle(colour=BLUE),
        labels=_labels(symbol or name, curve.values),
    )


def _labels(symbol: str, values: np.ndarray) -> list[str]:
    return [f"{symbol} {value:.4g}" for value in values]


def _marks(
    chosen: Mapping[str, int], values: np.ndarray, rules: Sequence[str], now: float
) -> list[Mark]:
    marks = [
        Mark(x=float(values[index]), name=RULES[rule][0], colour=RULES[rule][1])
        for rule, index in chosen.items()
        if rule in rules
    ]
    return [*marks, Mark(x=now, name="the method above")]


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
