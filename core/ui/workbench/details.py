"""What stands below the images of the workbench: errors, data, curves, scores and a profile."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from core.problem.measurement import Measurement, SimulatedMeasurement, Source
from core.studies.reconstruction import ReconstructionStudy
from core.studies.without_truth import discrepancy
from core.ui import cached
from core.ui.downloads import download
from core.ui.figures.panels import image_panels
from core.ui.file_names import file_name, scan_note
from core.ui.workbench import job_status, pictures
from core.ui.workbench.convergence import convergence, line_profile
from core.ui.workbench.displayed_result import Entry, styles_for
from core.ui.workbench.scores import score_csv, score_latex, score_table
from core.ui.workbench.stopping_marks import stops_of
from core.ui.workbench.values_line import differences

PLAYER = "iterations"
Row = Callable[[Measurement, Sequence[Entry], Sequence[int], str | None], None]
"""What a page draws below the images, from the iterations of the player and its key."""


def entries_of(questions: Mapping[str, ReconstructionStudy]) -> list[Entry]:
    """What can be drawn by now, of those questions that have been asked."""
    jobs = [job_status.find(question) for question in questions.values()]
    methods = [question.method for question in questions.values()]
    styles, differ = styles_for(methods), differences(methods)
    found = [
        (job_status.entry_of(letter, question, job.state, style) if job else None, words)
        for (letter, question), job, style, words in zip(
            questions.items(), jobs, styles, differ, strict=True
        )
    ]
    return [replace(entry, differs=words) for entry, words in found if entry is not None]


def details(
    scan: Source,
    questions: Mapping[str, ReconstructionStudy],
    iterations: Sequence[int],
    shown: int,
    *,
    errors: bool,
    row: Row | None,
) -> None:
    """Draw all that stands below the images; `shown` is the iteration where the player rests.

    Streamlit keeps the arguments as long as the session lasts: they are the questions, since the
    iterates of their answers take 20 MB and more.
    """
    entries = entries_of(questions)
    measurement = cached.measurement(scan)
    follow = PLAYER if iterations else None
    if row is not None:
        row(measurement, entries, iterations, follow)
    if errors and isinstance(measurement, SimulatedMeasurement):
        aside, place = st.columns([1, len(entries)])
        aside.caption(
            "**Error** m̂ − m of the iterates shown above, on one range around zero: red is too "
            "bright, blue too dark. It can be drawn only because the truth is known here."
        )
        with place:
            image_panels(
                pictures.error_row(measurement, entries, iterations),
                key="errors",
                columns=len(entries),
                player=follow,
            )
    now = [job_status.at_iteration(entry, shown) for entry in entries] if iterations else entries
    _data(measurement, now)
    stops = stops_of(scan, measurement, entries)
    convergence(entries, iterations, follow, measurement, stops)
    _scores(scan, entries, measurement)
    line_profile(measurement, [(entry.title, entry.image, entry.style) for entry in now])


def _data(measurement: Measurement, entries: Sequence[Entry]) -> None:
    """Data and predicted data, and under them what is left over."""
    predictions = pictures.predictions(measurement, entries)
    predicted = pictures.predicted_row(measurement, entries, predictions)
    image_panels(
        [pictures.data_panel(measurement), *predicted],
        key="predicted",
        columns=1 + len(entries),
        tallest=220,
    )
    residuals = pictures.residual_row(measurement, entries, predictions)
    if len(residuals) > len(entries):
        image_panels(residuals, key="residuals", columns=len(residuals), tallest=220)
        return
    left = "These data have no noise, so a perfect image would leave nothing."
    if not isinstance(measurement, SimulatedMeasurement):
        left = "A perfect image would leave the noise, and what the scanner does otherwise than G."
    aside, place = st.columns([1, len(entries)])
    aside.caption(
        f"**Residual** Gm̂ − d, on one range around zero. {left} What has a pattern here is a "
        "pattern that the image misses."
    )
    with place:
        image_panels(residuals, key="residuals", columns=len(entries), tallest=220)


def discrepancies(measurement: Measurement, entries: Sequence[Entry]) -> str:
    """How the residual of each last iterate compares with the noise, in a sentence."""
    found = {
        entry.letter: discrepancy(
            measurement, measurement.operator.project(entry.image) - measurement.data
        )
        for entry in entries
    }
    finite = [f"{letter} {value:.2g}" for letter, value in found.items() if math.isfinite(value)]
    if not finite:
        return "There is no truth to compare with, and no noise that could be estimated."
    return (
        f"There is no truth to compare with. Residual over the estimated noise: "
        f"{', '.join(finite)}. Far above 1 something is not explained; below 1 noise is fitted."
    )


def _scores(scan: Source, entries: Sequence[Entry], measurement: Measurement) -> None:
    known = isinstance(measurement, SimulatedMeasurement)
    st.markdown(score_table(entries, truth=known))
    if not known:
        st.caption(discrepancies(measurement, entries))
    if any(entry.iterates for entry in entries):
        st.caption("The table scores the last iterate of each method, whichever is shown above.")
    scored = [replace(entry, snapshots=()) for entry in entries]  # is kept for a click
    named = "_".join(entry.method.name for entry in entries)
    with st.container(horizontal=True):
        download("Download the table", lambda: score_csv(scored), file_name(named, scan, "csv"))
        download(
            "LaTeX",
            lambda: score_latex(scored, truth=known, note=scan_note(scan)),
            file_name(named, scan, "tex"),
            icon="function",
        )
