"""Step 1: all methods on the scan on screen, as one job."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.evaluation.comparison_table import (
    MEASURES,
    ComparedRow,
    best_of,
    compared_rows,
    in_order,
    measures_of,
)
from core.jobs.job import JobState, Task
from core.jobs.queue import the_jobs
from core.parameter import Parameter
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.projection.threads import available_threads
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.ui.compare import figures
from core.ui.compare.choice import methods_of, slices_of, tuned_ways
from core.ui.compare.take_away import take_away
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import keep, linked
from core.ui.figures.table import Column, TableRow, sortable_table
from core.ui.lesson import things_to_try
from core.ui.shell import part
from core.ui.workbench.job_status import visitor
from core.ui.workbench.long_job import long_job
from core.ui.workbench.method_choice import styles_of

LABEL = "Compare the methods"
SECONDS = """\
*Seconds* count the solver alone, in this job and on this machine, with the parameters of the row:
neither the search for them nor the scores. Projections use up to {threads}, networks one, and other
jobs may have run at the same time. A click on a heading sorts the table."""

TO_TRY = (
    "Sort by the residual: does the image that explains the data best look best?",
    "Add 1 % of noise, and let a rule tune each method: what does the truth know beyond it?",
    "Which methods of the same objective end at different images, and why?",
)
TO_TRY_MEASURED = (
    "Sort by the residual, then by the views held out: which method explains what it has not seen?",
    "Move the axis of rotation in the sidebar by two detectors: which number tells it first?",
    "Where do the images differ most: along the views that are missing?",
)

_WHO = Parameter(name="methods", default="")
_SORT = Parameter(name="sort", default="")
_FALLING = Parameter(name="falling", default=True)


def show(source: Source) -> None:
    """Draw the choice, the job, and what it has found."""
    chosen = methods_of(source, _WHO, key="methods of Compare")
    left, right = st.columns(2, gap="medium")
    with left:
        candidates = tuned_ways(source, chosen)
    with right:
        scans = slices_of(source, name="slices", default=1)
    comparison = Comparison(
        scans=scans, candidates=candidates, title="Comparison of methods", keep="single"
    )
    task = comparison.task
    long_job(
        task,
        label=LABEL,
        icon=":material/leaderboard:",
        show=partial(_so_far, comparison),
    )
    job = the_jobs().find(task, visitor())
    if job is not None and job.over and job.state.result is not None:
        _found(comparison, task)
    things_to_try(*(TO_TRY if isinstance(source, Scan) else TO_TRY_MEASURED))


def _so_far(comparison: Comparison, state: JobState[ComparisonResult]) -> None:
    """The table and the curves while the job runs; afterwards they stand below."""
    so_far = state.result_so_far
    if state.result is None and so_far is not None:
        rows = _table(comparison, so_far)
        figures.quality_curves(comparison, so_far, rows)
        permalink.publish("comparison so far")


@part
def _found(comparison: Comparison, task: Task[ComparisonResult]) -> None:
    """Everything that is known once the job is over, in parts where it was stopped."""
    job = the_jobs().find(task, visitor())
    if job is None or job.state.result is None:
        return
    result: ComparisonResult = job.state.result
    rows = _table(comparison, result)
    if rows:
        figures.quality_curves(comparison, result, rows)
        figures.pictures(comparison, result, rows)
        figures.profile(comparison, result, rows)
        take_away(comparison, task, rows)


def _table(comparison: Comparison, result: ComparisonResult) -> Sequence[ComparedRow]:
    """Draw the table; return its rows in their order."""
    sort, falling = str(linked(_SORT)), bool(linked(_FALLING))
    rows = in_order(compared_rows(comparison, result), sort, falling=falling)
    if not rows:
        return rows
    measures = measures_of(rows)
    best = {name: best_of(rows, name) for name in measures}
    several = len(comparison.scans) > 1
    styles = styles_of(comparison.candidates)
    columns = [
        Column(name="method", title="method", number=False, help="In the order of the families"),
        Column(name="setting", title="parameters", number=False, help="How they were chosen"),
        *([Column(name="scans", title="slices")] if several else []),
        *(
            Column(name=name, title=MEASURES[name].title, help=MEASURES[name].help)
            for name in measures
        ),
    ]
    sortable_table(
        columns,
        [
            TableRow(
                cells=[row.title, _setting(row)]
                + ([] if row.failed else [str(row.scans)] * several)
                + ([] if row.failed else [row.text(name) for name in measures]),
                style=styles[row.candidate],
                note=row.failed or row.note,
                strong=frozenset(
                    name
                    for name in measures
                    if name in row.numbers and row.numbers[name][0] == best[name]
                ),
            )
            for row in rows
        ],
        key="comparison",
        alt="The scores of each method.",
        sort=sort or "method",
        falling=falling and bool(sort),
        on_sort=_sort,
    )
    threads = available_threads()
    st.caption(SECONDS.format(threads=f"{threads} threads" if threads > 1 else "one thread"))
    return rows


def _setting(row: ComparedRow) -> str:
    return f"{row.setting}: {row.parameter}" if row.parameter else row.setting


def _sort(column: str) -> None:
    """Sort by a column, best first; once more, and the other way round."""
    if column not in MEASURES:
        keep(_SORT, "")
        keep(_FALLING, True)
        return
    again = st.session_state.get(_SORT.name) == column
    falling = bool(st.session_state.get(_FALLING.name, True))
    keep(_SORT, column)
    keep(_FALLING, not falling if again else bool(MEASURES[column].larger))
