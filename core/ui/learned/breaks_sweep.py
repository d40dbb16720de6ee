"""Away from the training: one condition is turned, and all methods are scored at every place."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.array_types import FloatArray
from core.jobs.job import JobState
from core.jobs.queue import the_jobs
from core.number_format import decibels, percent
from core.parameter import Parameter
from core.problem.scan import Scan
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.robustness import Condition, SweepPoint, seen_in_training, sweep_points
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves_figure
from core.ui.figures.panels import Panel, image_panels
from core.ui.figures.plot import plot
from core.ui.learned import other_modality
from core.ui.lesson import things_to_try, words_below
from core.ui.shell import part
from core.ui.style import BLUE
from core.ui.workbench.job_status import visitor
from core.ui.workbench.long_job import long_job
from core.ui.workbench.method_choice import styles_of

WORDS = """\
A network is good at what it was trained on. Here one condition of your scan is changed, the rest
stays, and every method reconstructs again."""
FAIR = """\
Where a condition is a number, a shaded band is the range of a training. The networks for heads have
seen 20, 30, 41, 60 and 90 views over 180° at 320 × 320 pixels, half as many at half the side, and
Gaussian noise up to 3 %.
Photon noise and data simulated on a finer grid (no inverse crime) were in the varied training
alone. Total variation gets its best weight at each point, chosen with the truth (an oracle
baseline); the networks stay as they are."""
TITLES: Mapping[str, str] = {
    "angles": "Number of views",
    "noise": "Level of Gaussian noise",
    "dose": "Photon dose",
    "arc": "Arc",
    "grid": "Grid of the simulation",
    "anatomy": "Anatomy",
}
AXES: Mapping[str, str] = {
    "angles": "views",
    "noise": "noise / % of mean |d|",
    "dose": "photons a ray",
    "arc": "arc / degrees",
    "grid": "",
    "anatomy": "",
}
LOGARITHMIC = ("angles", "dose")
NAMED = ("grid", "anatomy")
"""Conditions whose points have names and no numbers."""
SIDE = 0.3
"""How far the first and the last method stand from the middle of such a point."""
BAND = 0.12

_CONDITION = Parameter(name="condition", default="angles", choices=tuple(TITLES))


def show(scan: Scan, chosen: tuple[EvaluatedMethod, ...]) -> None:
    """Draw the controls, the curves as they grow, and the pictures at one place."""
    st.markdown(WORDS)
    words_below(f"{FAIR}\n\n{other_modality.sentence()}")
    condition: Condition = control(_CONDITION, words=TITLES, label="Condition")
    along = sweep_points(scan, condition)
    asked = Comparison(
        scans=tuple(place.scan for place in along),
        candidates=chosen,
        title=f"Away from the training: {_in_sentence(condition)}",
    )
    long_job(
        asked.task,
        label="Run the sweep",
        icon=":material/tune:",
        show=partial(_curves, condition, along, chosen),
    )
    _pictures(condition, along, asked)
    things_to_try(
        "Below its shaded band a network guesses: does the picture *look* as uncertain as it is?",
        "Which method gains most from 180 views, and which does not know what to do with them?",
        "Turn the anatomy: a phantom is no head. Who draws tissue into it?",
        "The grid of the simulation: who has profited most from the inverse crime?",
    )


def _in_sentence(condition: Condition) -> str:
    title = TITLES[condition]
    return title[0].lower() + title[1:]


def _curves(
    condition: Condition,
    along: Sequence[SweepPoint],
    chosen: Sequence[EvaluatedMethod],
    state: JobState[ComparisonResult],
) -> None:
    found = state.result_so_far
    if found is None or not found.done:
        return
    for note in found.notes:
        st.warning(note)
    plot(
        sweep_figure(condition, along, chosen, found["snr"]),
        key=f"away {condition}",
        height=360,
        alt=f"SNR of every method against {_in_sentence(condition)}.",
    )


def sweep_figure(
    condition: Condition,
    along: Sequence[SweepPoint],
    chosen: Sequence[EvaluatedMethod],
    snr: FloatArray,
) -> dict[str, Any]:
    """The SNR (points, methods) of each method, above a shade over what its training had.

    At a point with a name the methods stand side by side, since many are equally good.
    """
    x = np.array([place.value for place in along])
    named, log_x = condition in NAMED, condition in LOGARITHMIC
    aside = np.linspace(-SIDE, SIDE, len(chosen)) if named else np.zeros(len(chosen))
    series = [
        Series(
            name=candidate.title,
            x=x + aside[column],
            y=snr[:, column],
            style=style,
            width=4.0 if named else 2.5,
            markers=named,
        )
        for column, (candidate, style) in enumerate(zip(chosen, styles_of(chosen), strict=True))
    ]
    figure = curves_figure(series, x_title=AXES[condition], y_title="SNR / dB", log_x=log_x)
    axis: dict[str, Any] = figure["layout"]["xaxis"]
    if condition not in ("noise", "dose"):
        names = [
            place.label.split(", slice")[0] if named else f"{place.value:g}" for place in along
        ]
        axis |= {"tickmode": "array", "tickvals": x, "ticktext": names}
    if named:
        figure["layout"] |= {"hovermode": "closest", "hoverlabel": {"namelength": -1}}
    margin = 0.5 if named else 0.03 * (x[-1] - x[0])
    if not log_x:
        axis["range"] = [x[0] - margin, x[-1] + margin]
    size = along[0].scan.size
    bands = [(one, seen_in_training(one, condition, size)) for one in chosen]
    figure["layout"] |= shades(bands, x, margin, log_x=log_x)
    return figure


def shades(
    seen: Sequence[tuple[EvaluatedMethod, tuple[float, float] | None]],
    x: FloatArray,
    margin: float,
    *,
    log_x: bool = False,
) -> dict[str, Any]:
    """A shade over each range that was seen in training, and whose training it was.

    The ranges are cut at the ends of `x`; a single value is shown `margin` wide.
    """
    networks: dict[tuple[float, float], list[str]] = {}
    for candidate, band in seen:
        if band is not None:
            networks.setdefault(band, []).append(candidate.title)
    shapes, notes = [], []
    for level, ((low, high), titles) in enumerate(sorted(networks.items())):
        if low == high:
            low, high = low - margin / 2, high + margin / 2
        else:
            low, high = max(low, float(x[0])), min(high, float(x[-1]))
        shapes.append(
            {
                "type": "rect",
                "layer": "below",
                "xref": "x",
                "yref": "paper",
                "x0": low,
                "x1": high,
                "y0": 0,
                "y1": 1,
                "fillcolor": BLUE,
                "opacity": BAND,
                "line": {"width": 0},
            }
        )
        whose = titles[0] if len(titles) == 1 else f"{len(titles)} networks"
        notes.append(
            {
                "text": f"seen in training: {whose}" if len(networks) > 1 else "seen in training",
                # A shape stands where its values are, an annotation where their logarithms are.
                "x": np.log10(high) if log_x else high,
                "xanchor": "right",
                "y": 0.01 + 0.07 * level,
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
    return {"shapes": shapes, "annotations": notes}


@part
def _pictures(condition: Condition, along: Sequence[SweepPoint], asked: Comparison) -> None:
    """Truth and reconstructions at one place, once the job is over."""
    job = the_jobs().find(asked.task, visitor())
    if job is None or not job.over or job.state.result is None:
        return
    found: ComparisonResult = job.state.result
    last = len(along) - 1
    at = Parameter(name=f"at.{condition}", default=last // 2, low=0, high=last)
    number = int(
        control(
            at,
            options=range(last + 1),
            label="Pictures at",
            show=lambda place: along[int(place)].label,
        )
    )
    place = along[number]
    truth = cached.truth(place.scan.image, place.scan.size)
    panels = [Panel(title="Truth", image=truth, low=0, high=1, alt="The truth.")]
    snr, residual = found["snr"], found["residual"]
    for column, candidate in enumerate(asked.candidates):
        if found.has(number, column) and np.isfinite(snr[number, column]):
            panels.append(
                Panel(
                    title=candidate.title,
                    image=found.image(number, column),
                    low=0,
                    high=1,
                    caption=f"SNR {decibels(snr[number, column])}, residual "
                    f"{percent(residual[number, column])}",
                    alt=f"Reconstruction by {candidate.title} at {place.label}.",
                )
            )
    image_panels(panels, key=f"pictures {condition}", columns=4)
    st.caption(
        "The residual is ‖Gm̂ − d‖/‖d‖: a picture may look right and contradict its own data."
    )
