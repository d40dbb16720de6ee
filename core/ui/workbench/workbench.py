"""The workbench itself: controls, running, pictures, curves and scores in their places."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from core.jobs.job import Job
from core.methods import METHODS
from core.methods.base import Family, Method
from core.methods.support.reconstruction import Reconstruction
from core.parameter import Parameter
from core.problem.measurement import SimulatedMeasurement, Source
from core.problem.scan import Scan
from core.studies.reconstruction import ReconstructionStudy
from core.ui import cached
from core.ui.arrival import arrival_here
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import image_panels
from core.ui.lesson import linked_tabs
from core.ui.shell import part
from core.ui.workbench import job_status, pictures
from core.ui.workbench.details import PLAYER, Row, details, entries_of
from core.ui.workbench.displayed_result import Entry
from core.ui.workbench.method_columns import method_slots
from core.ui.workbench.polling import watch
from core.ui.workbench.recipe import recipe_tab
from core.ui.workbench.without_truth import judging_tab

_LIVE = Parameter(
    name="live",
    default=True,
    help="Run at every change. Switch it off to set several things first and then press Run.",
)
_ERRORS = Parameter(name="errors", default=False, help="Reconstruction minus truth.")

_BEFORE = "workbench: what was drawn last"
_ABOVE = "workbench: height above the pictures"
_LOW = 442
"""Height in CSS pixels of what stands above the pictures beside the open card."""

Tab = Callable[[Source, Mapping[str, Method]], None]
"""What a page puts behind a tab, from the scan and the methods by their letters."""


@part
def workbench(
    scan: Source,
    families: Sequence[Family],
    defaults: Sequence[str],
    tabs: Mapping[str, Tab],
    *,
    more: Sequence[str] = (),
    offered: Callable[[type[Method]], bool] = lambda method: True,
    notice: Tab | None = None,
    row: Row | None = None,
) -> None:
    """Draw the workbench for the methods of some families.

    `defaults` are the names of the methods that stand there at first, and `tabs` what the page
    adds beside the recipe. `more` names methods of other families to compare with, `offered` says
    which of all there are; `notice` is drawn above the results and `row` below the images.
    """
    arrival_here()
    slots = method_slots(
        [
            method
            for method in METHODS
            if (method.family in families or method.name in more) and offered(method)
        ],
        defaults,
    )
    chosen = slots.chosen
    questions = {letter: ReconstructionStudy(scan=scan, method=chosen[letter]) for letter in chosen}
    st.session_state[_ABOVE] = _LOW + slots.height
    with slots.bar:
        live = control(_LIVE, label="Live")
        st.button(
            "Run",
            icon=":material/play_arrow:",
            type="secondary" if live else "primary",
            on_click=job_status.run,
            args=(list(questions.values()),),
        )
        # An error map needs the truth.
        errors = isinstance(scan, Scan) and bool(control(_ERRORS, label="Error maps"))
    if notice is not None:
        notice(scan, chosen)
    _results(scan, questions, page=families[0], live=live, errors=errors, row=row)
    judged: Mapping[str, Tab] = {} if isinstance(scan, Scan) else {"Without a truth": judging_tab}
    _tabs(scan, chosen, {**tabs, **judged, "Recipe": recipe_tab})


@part
def _tabs(scan: Source, chosen: Mapping[str, Method], tabs: Mapping[str, Tab]) -> None:
    """Draw the tabs, and fill the open one; to open another runs this part of the page alone."""
    for draw, tab in zip(tabs.values(), linked_tabs(list(tabs)), strict=True):
        if tab.open:
            with tab:
                draw(scan, chosen)


def _results(
    scan: Source,
    questions: Mapping[str, ReconstructionStudy],
    *,
    page: str,
    live: bool,
    errors: bool,
    row: Row | None,
) -> None:
    """Draw how the runs stand, the images, and the details below them.

    While anything runs, a fragment looks at its progress and its images again and again. The
    details stay those of the runs before, and faint, until there are new ones: a click on Stop
    need not wait until ten figures are drawn.
    """
    jobs = job_status.ask_all(list(questions.values()), live=live)
    busy = job_status.wait_for(jobs)
    done: Mapping[str, ReconstructionStudy] = {} if busy else questions
    entries = entries_of(done)
    iterations: Sequence[int] = ()
    shown = 0
    with st.container(key="results", gap="xsmall"):
        if busy:
            watch(partial(_progress, scan, questions, live=live), busy=True)
        else:
            with st.container(gap="xsmall"):
                _status(questions, jobs)
                with st.container():
                    iterations, shown = _scrubber(entries)
                _images(scan, entries, iterations)
    if not busy:
        st.session_state[_BEFORE] = (page, scan, tuple(done.items()))
    last_page, last_scan, last = st.session_state.get(_BEFORE, ("", scan, ()))
    if busy and last_page == page and last_scan.size == scan.size:
        scan, done = last_scan, dict(last)
        entries = entries_of(done)
    with st.container(key="results_before" if busy else "results_details"):
        if entries:
            st.fragment(details)(scan, done, iterations, shown, errors=errors, row=row)


def _progress(
    scan: Source, questions: Mapping[str, ReconstructionStudy], *, live: bool
) -> Sequence[Job[Reconstruction] | None]:
    """Draw what there is by now, each part at the place where it stands in the end."""
    jobs = job_status.ask_all(list(questions.values()), live=live)
    _status(questions, jobs)
    st.container()  # of the slider over the iterates
    _images(scan, entries_of(questions), ())
    return jobs


def _status(
    questions: Mapping[str, ReconstructionStudy], jobs: Sequence[Job[Reconstruction] | None]
) -> None:
    """Say how each run stands."""
    columns = st.columns(len(questions))
    for (letter, question), job, column in zip(questions.items(), jobs, columns, strict=True):
        with column:
            job_status.status_card(letter, question, job)


def _images(scan: Source, entries: Sequence[Entry], iterations: Sequence[int]) -> None:
    if not entries:
        return
    measurement = cached.measurement(scan)
    image_panels(
        pictures.image_row(measurement, entries, iterations),
        key="images",
        columns=len(entries) + isinstance(measurement, SimulatedMeasurement),
        player=PLAYER if iterations else None,
        above=st.session_state[_ABOVE],
    )


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
