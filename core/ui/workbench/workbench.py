"""The workbench itself: controls, running, pictures, curves and scores in their places."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.methods import METHODS
from core.methods.base import Family, Method
from core.parameters import Parameter
from core.problem.scan import Measurement, Scan
from core.studies.reconstruction import ReconstructionStudy
from core.ui import cached
from core.ui.arrival import arrival_here
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import image_panels
from core.ui.lesson import linked_tabs
from core.ui.shell import part
from core.ui.workbench import job_status, pictures
from core.ui.workbench.convergence import convergence, line_profile
from core.ui.workbench.displayed_result import Entry, styles_for
from core.ui.workbench.method_columns import method_slots
from core.ui.workbench.recipe import recipe_tab
from core.ui.workbench.scores import score_csv, score_table

PLAYER = "iterations"
_LIVE = Parameter(
    name="live",
    default=True,
    help="Run at every change. Switch it off to set several things first and then press Run.",
)
_ERRORS = Parameter(name="errors", default=False, help="Reconstruction minus truth.")

_BEFORE = "workbench: what was drawn last"

Tab = Callable[[Scan, Mapping[str, Method]], None]
"""What a page puts behind a tab, from the scan and the methods by their letters."""
Row = Callable[[Measurement, Sequence[Entry], Sequence[int], str | None], None]
"""What a page draws below the images, from the iterations of the player and its key."""


def workbench(
    scan: Scan,
    families: Sequence[Family],
    defaults: Sequence[str],
    tabs: Mapping[str, Tab],
    *,
    more: Sequence[str] = (),
    notice: Tab | None = None,
    row: Row | None = None,
) -> None:
    """Draw the workbench for the methods of some families.

    `defaults` are the names of the methods that stand there at first, and `tabs` what the page
    adds beside the recipe. `more` names methods of other families to compare with; `notice` is
    drawn above the results and `row` below the images.
    """
    arrival_here()
    chosen = method_slots(
        [method for method in METHODS if method.family in families or method.name in more],
        defaults,
    )
    questions = {letter: ReconstructionStudy(scan=scan, method=chosen[letter]) for letter in chosen}
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        live = control(_LIVE, label="Live")
        st.button(
            "Run",
            icon=":material/play_arrow:",
            type="secondary" if live else "primary",
            on_click=job_status.run,
            args=(list(questions.values()),),
        )
        errors = control(_ERRORS, label="Error maps")
    if notice is not None:
        notice(scan, chosen)
    _results(scan, questions, page=families[0], live=live, errors=errors, row=row)
    _tabs(scan, chosen, {**tabs, "Recipe": recipe_tab})


@part
def _tabs(scan: Scan, chosen: Mapping[str, Method], tabs: Mapping[str, Tab]) -> None:
    """Draw the tabs, and fill the open one; to open another runs this part of the page alone."""
    for draw, tab in zip(tabs.values(), linked_tabs(list(tabs)), strict=True):
        if tab.open:
            with tab:
                draw(scan, chosen)


def _results(
    scan: Scan,
    questions: Mapping[str, ReconstructionStudy],
    *,
    page: str,
    live: bool,
    errors: bool,
    row: Row | None,
) -> None:
    """Draw how the runs stand, the images, and the details below them.

    While anything runs, two fragments look at its progress and its images again and again. The
    details stay those of the runs before, and faint, until there are new ones: a click on Stop
    need not wait until ten figures are drawn.
    """
    jobs = job_status.ask_all(list(questions.values()), live=live)
    busy = job_status.wait_for(jobs)
    poll = job_status.POLL_SECONDS if busy else None
    done = {} if busy else questions
    entries = _entries(done)
    with st.container(key="results"):
        st.fragment(_status, run_every=poll)(questions, live=live, busy=busy)
        with st.container():
            iterations, shown = _scrubber(entries)
        st.fragment(_images, run_every=poll)(scan, questions, iterations)
    if not busy:
        st.session_state[_BEFORE] = (page, scan, tuple(done.items()))
    last_page, last_scan, last = st.session_state.get(_BEFORE, ("", scan, ()))
    if busy and last_page == page and last_scan.size == scan.size:
        scan, entries = last_scan, _entries(dict(last))
    with st.container(key="results_before" if busy else "results_details"):
        if entries:
            st.fragment(_details)(scan, entries, iterations, shown, errors=errors, row=row)


def _entries(questions: Mapping[str, ReconstructionStudy]) -> list[Entry]:
    """What can be drawn by now, of those questions that have been asked."""
    jobs = [job_status.find(question) for question in questions.values()]
    styles = styles_for([question.method for question in questions.values()])
    found = [
        job_status.entry_of(letter, question, job.state, style) if job else None
        for (letter, question), job, style in zip(questions.items(), jobs, styles, strict=True)
    ]
    return [entry for entry in found if entry is not None]


def _status(questions: Mapping[str, ReconstructionStudy], *, live: bool, busy: bool) -> None:
    """Say how each run stands; once the last one is over, the whole page is drawn once more."""
    jobs = job_status.ask_all(list(questions.values()), live=live)
    columns = st.columns(len(questions))
    for (letter, question), job, column in zip(questions.items(), jobs, columns, strict=True):
        with column:
            job_status.status_card(letter, question, job)
    if busy and not job_status.wait_for(jobs):
        st.rerun()


def _images(
    scan: Scan, questions: Mapping[str, ReconstructionStudy], iterations: Sequence[int]
) -> None:
    entries = _entries(questions)
    if not entries:
        return
    measurement = cached.measurement(scan)
    image_panels(
        pictures.image_row(measurement, entries, iterations),
        key="images",
        columns=len(entries) + (measurement.truth is not None),
        player=PLAYER if iterations else None,
    )


def _details(
    scan: Scan,
    entries: Sequence[Entry],
    iterations: Sequence[int],
    shown: int,
    *,
    errors: bool,
    row: Row | None,
) -> None:
    """Draw all that stands below the images; `shown` is the iteration where the player rests."""
    measurement = cached.measurement(scan)
    follow = PLAYER if iterations else None
    if row is not None:
        row(measurement, entries, iterations, follow)
    if errors and measurement.truth is not None:
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
    convergence(entries, iterations, follow, measurement)
    _scores(entries)
    line_profile(measurement, now)


def _scrubber(entries: Sequence[Entry]) -> tuple[list[int], int]:
    """Draw the slider over the stored iterates; return them, and the one it rests at."""
    if not all(entry.stop for entry in entries) or not any(e.iterates for e in entries):
        return [], 0
    longest = max(entries, key=lambda entry: entry.snapshots[-1].iteration)
    iterations = [shot.iteration for shot in longest.snapshots]
    word = "stage" if all(entry.staged for entry in entries if entry.iterates) else "iteration"
    frame = linked_player(
        [f"{word} {iteration}" for iteration in iterations],
        iterations,
        name="iteration",
        key=PLAYER,
        alt="iteration",
        start=len(iterations) - 1,
        loop=False,
    )
    return iterations, iterations[frame]


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
    aside, place = st.columns([1, len(entries)])
    aside.caption(
        "**Residual** Gm̂ − d, on one range around zero. These data have no noise, so a perfect "
        "image would leave nothing. What has a pattern here is a pattern that the image misses."
    )
    with place:
        image_panels(residuals, key="residuals", columns=len(entries), tallest=220)


def _scores(entries: Sequence[Entry]) -> None:
    st.markdown(score_table(entries))
    if any(entry.iterates for entry in entries):
        st.caption("The table scores the last iterate of each method, whichever is shown above.")
    st.download_button(
        "Download the table",
        lambda: score_csv(entries),  # made when it is asked for, not at every look
        file_name="scores.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
