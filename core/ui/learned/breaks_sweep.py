"""Away from the training: one condition is turned, and all methods are scored at every place."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.methods.parameters import Parameter
from core.problem.scan import Scan
from core.run.comparison import Compared, Comparison
from core.run.job import JobState
from core.run.jobs import the_jobs
from core.run.lineup import Candidate
from core.run.robustness import Condition, Place, places, seen_in_training
from core.ui import cached
from core.ui.curves import Series, curves_figure
from core.ui.learned.candidates import style_of
from core.ui.lesson import things_to_try
from core.ui.panels import Panel, image_panels
from core.ui.parameter_controls import control
from core.ui.plot import plot
from core.ui.shell import part
from core.ui.style import BLUE
from core.ui.workbench.long_job import long_job
from core.ui.workbench.runs import visitor

WORDS = """\
A network is good at what it was shown. Here one condition of your scan is turned, the rest stays,
and everybody reconstructs anew. The shaded band is what the networks saw while they were trained.
Total variation gets its best weight at every place, with the truth in hand; the networks get
nothing: their weights are what they are."""
TITLES = {
    "angles": "Number of views",
    "noise": "Noise",
    "arc": "Arc",
    "anatomy": "Anatomy",
}
AXES = {
    "angles": "views",
    "noise": "noise / % of mean |d|",
    "arc": "arc / degrees",
    "anatomy": "",
}
BAND = 0.12

_CONDITION = Parameter(name="condition", default="angles", choices=tuple(TITLES))


def show(scan: Scan, chosen: tuple[Candidate, ...]) -> None:
    """Draw the controls, the curves as they grow, and the pictures at one place."""
    st.markdown(WORDS)
    condition: Condition = control(_CONDITION, words=TITLES, label="Turn")
    along = places(scan, condition)
    asked = Comparison(
        scans=tuple(place.scan for place in along),
        candidates=chosen,
        title=f"Away from the training: {TITLES[condition].lower()}",
    )
    long_job(
        asked.task,
        label="Turn it",
        icon=":material/tune:",
        show=partial(_curves, condition, along, chosen),
    )
    _pictures(condition, along, asked)
    things_to_try(
        "Below 20 views the networks guess: does the picture *look* as uncertain as it is?",
        "Which method gains most from 180 views, and which does not know what to do with them?",
        "Turn the anatomy: a phantom is no head. Who draws tissue into it?",
    )


def _curves(
    condition: Condition,
    along: Sequence[Place],
    chosen: Sequence[Candidate],
    state: JobState[Compared],
) -> None:
    parts = state.progress.parts if state.progress is not None else ()
    found = state.result if state.result is not None else (parts[0] if parts else None)
    if found is None or not found.done:
        return
    for note in found.notes:
        st.warning(note)
    x = np.array([place.value for place in along])
    series = [
        Series(
            name=candidate.title,
            x=x,
            y=found.snr[:, column],
            style=style_of(candidate),
            width=4.0 if condition == "anatomy" else 2.5,
            markers=condition == "anatomy",
        )
        for column, candidate in enumerate(chosen)
    ]
    figure = curves_figure(
        series, x_title=AXES[condition], y_title="SNR / dB", log_x=condition == "angles"
    )
    axis: dict[str, Any] = figure["layout"]["xaxis"]
    if condition != "noise":
        names = [place.label.split(",")[0] for place in along]
        axis |= {"tickmode": "array", "tickvals": x, "ticktext": names}
    margin = 0.03 * (x[-1] - x[0])
    if condition != "angles":
        axis["range"] = [x[0] - margin, x[-1] + margin]
    figure["layout"]["shapes"] = _bands(condition, chosen, margin)
    plot(
        figure,
        key=f"away {condition}",
        height=420,
        alt=f"SNR of every method against {TITLES[condition].lower()}.",
    )


def _bands(
    condition: Condition, chosen: Sequence[Candidate], margin: float
) -> list[dict[str, Any]]:
    """A shade over what was seen in training, one for each range that differs from the others."""
    seen = {seen_in_training(candidate, condition) for candidate in chosen} - {None}
    return [
        {
            "type": "rect",
            "layer": "below",
            "xref": "x",
            "yref": "paper",
            # A range of one value is shown as wide as the edge of the figure.
            "x0": band[0] - (margin / 2 if band[0] == band[1] else 0),
            "x1": band[1] + (margin / 2 if band[0] == band[1] else 0),
            "y0": 0,
            "y1": 1,
            "fillcolor": BLUE,
            "opacity": BAND,
            "line": {"width": 0},
        }
        for band in seen
        if band is not None
    ]


@part
def _pictures(condition: Condition, along: Sequence[Place], asked: Comparison) -> None:
    """Truth and reconstructions at one place, once the job is over."""
    job = the_jobs().find(asked.task, visitor())
    if job is None or not job.over or job.state.result is None:
        return
    found: Compared = job.state.result
    labels = {str(number): place.label for number, place in enumerate(along)}
    at = Parameter(name=f"at.{condition}", default=str(len(along) // 2), choices=tuple(labels))
    number = int(control(at, words=labels, label="Pictures at"))
    place = along[number]
    truth = cached.truth(place.scan.image, place.scan.size)
    panels = [Panel(title="Truth", image=truth, low=0, high=1, alt="The truth.")]
    for column, candidate in enumerate(asked.candidates):
        if found.has(number, column) and np.isfinite(found.snr[number, column]):
            panels.append(
                Panel(
                    title=candidate.title,
                    image=found.image(number, column),
                    low=0,
                    high=1,
                    caption=f"SNR {found.snr[number, column]:.1f} dB, residual "
                    f"{100 * found.residual[number, column]:.2g} %",
                    alt=f"Reconstruction by {candidate.title} at {place.label}.",
                )
            )
    image_panels(panels, key=f"pictures {condition}", columns=4)
    st.caption(
        "The residual is ‖Gm̂ − d‖/‖d‖: a picture may look right and contradict its own data."
    )
