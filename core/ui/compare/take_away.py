"""What can be taken away of a comparison: tables, arrays, and the recipe of each method."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.evaluation.comparison_table import ComparedRow, table_csv, table_latex
from core.jobs.job import Task
from core.jobs.queue import the_jobs
from core.methods.base import Method
from core.parameter import Parameter
from core.problem.measurement import Source
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.export import recipe
from core.studies.notebook import notebook
from core.studies.result_file import comparison_bytes
from core.studies.tuned import with_value
from core.ui.controls.parameter_controls import control
from core.ui.downloads import download
from core.ui.file_names import file_name, scan_note
from core.ui.workbench.job_status import visitor
from core.ui.workbench.settings_box import settings_box


def take_away(
    comparison: Comparison, task: Task[ComparisonResult], rows: Sequence[ComparedRow]
) -> None:
    """Draw the downloads; nothing is made before it is asked for."""
    source = comparison.scans[0]
    box = st.expander(
        "Take it away", icon=":material/download:", key="take away", on_change="rerun"
    )
    if not box.open:  # eight elements that every run of the page would pay for
        return
    with box:
        with st.container(horizontal=True):
            _button("Table as CSV", partial(table_csv, rows), "comparison", source, "csv")
            latex = partial(table_latex, rows, scan_note(source))
            _button("Table in LaTeX", latex, "comparison", source, "tex")
            arrays = partial(_arrays, comparison, task, visitor())
            _button("All arrays (HDF5)", arrays, "comparison", source, "h5")
        _recipes(comparison, rows, source)
        settings_box()


def _recipes(comparison: Comparison, rows: Sequence[ComparedRow], source: Source) -> None:
    """One method of the table as a script with its files, or as a notebook."""
    solved = {str(row.candidate): row for row in rows if not row.failed}
    if not solved:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = control(
            Parameter(name="recipe", default=next(iter(solved)), choices=tuple(solved)),
            key="recipe of Compare",
            label="Recipe of",
            words={number: row.name for number, row in solved.items()},
        )
        method = solved_method(comparison, solved[chosen])
        _button("Script and files", partial(_archive, source, method), method.name, source, "zip")
        _button("Notebook", partial(_notebook, source, method), method.name, source, "ipynb")


def solved_method(comparison: Comparison, row: ComparedRow) -> Method:
    """The method of a row with the value that it was tuned to."""
    candidate = comparison.candidates[row.candidate]
    if candidate.tuning == "default" or row.value is None:
        return candidate.method
    return with_value(candidate.method, row.value).method


def _button(
    label: str, content: Callable[[], bytes | str], what: str, source: Source, extension: str
) -> None:
    download(label, content, file_name(what, source, extension), key=f"take away {label}")


def _archive(source: Source, method: Method) -> bytes:
    return recipe(source, method).archive()


def _notebook(source: Source, method: Method) -> str:
    return notebook(recipe(source, method))


def _arrays(comparison: Comparison, task: Task[ComparisonResult], me: str) -> bytes:
    job = the_jobs().find(task, me)
    result = None if job is None else job.state.result
    if result is None:  # it has been forgotten meanwhile
        result = comparison.run(lambda *args, **options: False)
    return comparison_bytes(comparison, result)
