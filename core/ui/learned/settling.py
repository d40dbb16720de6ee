"""Runs side by side that settle or do not: their pictures, and how much each step changes."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from core.jobs.job import Job
from core.methods.support.reconstruction import Reconstruction
from core.number_format import percent
from core.problem.measurement import Measurement, SimulatedMeasurement, Source
from core.studies.reconstruction import ReconstructionStudy
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.panels import image_panels
from core.ui.learned.course import relative_error
from core.ui.workbench import job_status, pictures
from core.ui.workbench.displayed_result import Entry, styles_for
from core.ui.workbench.polling import watch

FOLLOW = "plug iteration"
SETTLED = 2e-3
"""A relative change below which iterates that change less and less have as good as settled."""


def settling(source: Source, questions: Mapping[str, ReconstructionStudy]) -> None:
    """Ask the questions at once, and draw their answers in a fragment while they come."""
    busy = job_status.wait_for(job_status.ask_all(list(questions.values()), live=True))

    def look() -> Sequence[Job[Reconstruction] | None]:
        jobs = job_status.ask_all(list(questions.values()), live=True)
        styles = styles_for([question.method for question in questions.values()])
        entries = []
        for (letter, question), job, style, column in zip(
            questions.items(), jobs, styles, st.columns(len(questions)), strict=True
        ):
            with column:
                job_status.status_card(letter, question, job)
            entry = job_status.entry_of(letter, question, job.state, style) if job else None
            if entry is not None:
                entries.append(entry)
        if entries:
            _draw(cached.measurement(source), entries)
        return jobs

    with st.container(key="results of plug-and-play"):
        watch(look, busy=busy)


def _draw(measurement: Measurement, entries: Sequence[Entry]) -> None:
    iterations: list[int] = []
    if all(entry.stop and entry.iterates for entry in entries):
        longest = max(entries, key=lambda entry: entry.snapshots[-1].iteration)
        iterations = [shot.iteration for shot in longest.snapshots]
        linked_player(
            [f"iteration {iteration}" for iteration in iterations],
            iterations,
            name="plug.iteration",
            key=FOLLOW,
            alt="iteration",
            start=len(iterations) - 1,
            loop=False,
        )
    follow = FOLLOW if iterations else None
    row = pictures.image_row(measurement, entries, iterations)
    image_panels(
        row,
        key="settling",
        columns=len(row),
        player=follow,
        tallest=420,
    )
    shown = np.maximum(np.array(iterations, float), 1)
    marks = [Mark(x=shown, name="shown above")] if iterations else []
    left, right = st.columns(2, gap="medium")
    with left:
        curves(
            [_series(entry, change_of(entry)) for entry in entries],
            key="changes of plug-and-play",
            x_title="iteration",
            y_title="‖mₖ₊₁ − mₖ‖ / ‖mₖ‖",
            log_x=True,
            log_y=True,
            marks=marks,
            player=follow,
            alt="How much each iteration changes the image.",
        )
    known = isinstance(measurement, SimulatedMeasurement)
    with right:
        curves(
            [
                _series(e, 100 * (relative_error(e.history) if known else e.history["residual"]))
                for e in entries
            ],
            key="errors of plug-and-play",
            x_title="iteration",
            y_title="error / %" if known else "‖Gm − d‖ / ‖d‖ in %",
            log_x=True,
            marks=marks,
            player=follow,
            alt=f"The distance to the {'truth' if known else 'data'} against the iteration.",
        )
    for entry in entries:
        if entry.stop:
            st.markdown(verdict(entry))


def change_of(entry: Entry) -> np.ndarray:
    """The relative change of every recorded iterate; NaN for the first ones, from nothing."""
    history = entry.history
    return history["change"] if "change" in history.names else np.full(len(history), np.nan)


def verdict(entry: Entry) -> str:
    """Whether the iterates settle, from the changes of the last tenth of them."""
    change = change_of(entry)
    known = change[np.isfinite(change)]
    if entry.stop == "diverged":
        return f"**{entry.title}** has diverged after {len(entry.history) - 1} iterations."
    if len(known) < 10:
        return f"**{entry.title}**: too few iterations to tell."
    tail = max(2, len(known) // 10)
    last, before = float(known[-tail:].mean()), float(known[-2 * tail : -tail].mean())
    sentence = f"**{entry.title}**: its last iterations change the image by {percent(last)}"
    if last < 0.98 * before:
        if last < SETTLED:
            return f"{sentence}, less and less: it is settling."
        return f"{sentence}, less and less: it is still on its way, and more of them would tell."
    return f"{sentence}, and no less than those before: it does not settle."


def _series(entry: Entry, values: np.ndarray) -> Series:
    steps = entry.history["iteration"]
    known = np.isfinite(values) & (steps > 0)
    return Series(name=entry.title, x=steps[known], y=values[known], style=entry.style)
