"""Step 2: chosen methods along a sweep, on several slices, as one job."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, get_args

import numpy as np
import streamlit as st

from core.evaluation.comparison_table import MEASURES, ComparedRow, compared_rows, in_order
from core.evaluation.sweep_table import sweep_csv
from core.jobs.job import JobState
from core.latex_table import latex_table
from core.markdown_table import markdown_table
from core.methods import METHODS
from core.parameter import Parameter
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.studies.compared_sweep import ComparedSweep, condition_sweep, parameter_sweep
from core.studies.comparison_result import ComparisonResult
from core.studies.robustness import Condition
from core.ui.compare.choice import methods_of, slices_of
from core.ui.compare.figures import legend_beside
from core.ui.controls.parameter_controls import control
from core.ui.downloads import download
from core.ui.figures.curves import Series, curves_figure
from core.ui.figures.plot import plot
from core.ui.file_names import file_name
from core.ui.lesson import things_to_try
from core.ui.workbench.long_job import long_job
from core.ui.workbench.method_choice import styles_of

SLOW = tuple(method.title for method in METHODS if method.benchmark_images is not None)
"""The methods that are given one slice only."""
WORDS = f"""\
One thing changes from point to point, all else stays. A line is the mean over the slices, its bars
are one standard deviation. Slow methods are given the first slice only: {", ".join(SLOW)}."""
TABLE = """\
Over all points and slices that a method and tuned total variation have both been given, so that a
method is never ahead because its slices were easier: mean ± standard deviation."""
AXES: Mapping[str, tuple[str, str, bool]] = {
    # what people read, the title of the axis, whether it is logarithmic
    "angles": ("Number of views", "views", True),
    "dose": ("Dose", "photons a ray", True),
    "noise": ("Gaussian noise", "noise / % of mean |d|", False),
    "arc": ("Arc", "arc / degrees", False),
    "grid": ("Grid of the simulation", "", False),
    "anatomy": ("Anatomy", "", False),
    "parameter": ("Parameter", "weight or iterations, in units of the default", True),
}
NAMED = ("grid", "anatomy")
"""Conditions whose points have names and no numbers."""
FIRST = ("tv", "fbp", "regularised_least_squares", "sirt", "unet", "learned_primal_dual")
"""The methods at first: one of each kind."""
QUALITIES = ("snr", "psnr", "ssim", "residual", "seconds")

_WHO = Parameter(name="sweep.methods", default="")


def show(source: Source) -> None:
    """Draw the choice, the job, and the curves as they grow."""
    st.markdown(WORDS)
    chosen = methods_of(source, _WHO, key="methods of a sweep", fallback=FIRST)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        over = control(_over(source), label="Along", words={k: v[0] for k, v in AXES.items()})
        scans = slices_of(source, name="sweep.slices", default=3)
        quality = control(
            Parameter(name="quality of sweep", default="snr", choices=_qualities(source)),
            name="sweep.quality",
            label="Measure",
            words={name: measure.title for name, measure in MEASURES.items()},
        )
    if over == "parameter":
        sweep = parameter_sweep(scans, chosen)
    else:
        sweep = condition_sweep(scans, over, chosen)
    long_job(
        sweep.comparison.task,
        label="Run the sweep",
        icon=":material/tune:",
        show=partial(_show, source, sweep, over, quality),
    )
    things_to_try(
        "At how many views does the order of the methods change?",
        "Lower the dose: which methods fall together, and what do they have in common?",
        "Sweep the parameter: who is hurt most by a wrong one?",
        "The grid of the simulation: who has profited most from the inverse crime?",
    )


def _over(source: Source) -> Parameter:
    choices = tuple(AXES) if isinstance(source, Scan) else ("parameter",)
    return Parameter(name="sweep.along", default=choices[0], choices=choices)


def _qualities(source: Source) -> tuple[str, ...]:
    return QUALITIES if isinstance(source, Scan) else ("residual", "held_out", "seconds")


def _show(
    source: Source,
    sweep: ComparedSweep,
    over: str,
    quality: str,
    state: JobState[ComparisonResult],
) -> None:
    result = state.result_so_far
    if result is None or not result.done:
        return
    for note in result.notes:
        st.warning(note)
    figure = sweep_figure(sweep, result, over, quality)
    if figure["data"]:
        title = MEASURES[quality].title
        height = legend_beside(figure, len(figure["data"]))
        plot(
            figure,
            key=f"sweep {over} {quality}",
            height=height,
            alt=f"{title} of each method along the sweep.",
        )
    if not sweep.there.all():
        st.caption("A method has no point at a multiple of its default that it does not allow.")
    if over in get_args(Condition):
        _table(sweep, result)
    if state.result is not None:
        _take_away(source, sweep, result, over)


def sweep_figure(
    sweep: ComparedSweep, result: ComparisonResult, over: str, quality: str
) -> dict[str, Any]:
    """One curve for each method, with bars of one standard deviation where there are slices."""
    mean, deviation, count = sweep.spread(result, quality)
    _, title, log = AXES[over]
    known = [n for n in range(len(sweep.methods)) if np.isfinite(mean[:, n]).any()]
    styles = styles_of(sweep.methods)
    figure = curves_figure(
        [
            Series(
                name=sweep.methods[n].title,
                x=sweep.values,
                y=mean[:, n],
                style=styles[n],
                width=2.5,
                labels=sweep.labels,
            )
            for n in known
        ],
        x_title=title,
        y_title=MEASURES[quality].title,
        log_x=log,
        log_y=quality in ("residual", "seconds", "held_out"),
    )
    for trace, n in zip(figure["data"], known, strict=True):
        if (count[:, n] > 1).any():
            bars = np.nan_to_num(deviation[:, n])
            trace["error_y"] = {"type": "data", "array": bars, "thickness": 1, "width": 3}
    axis = figure["layout"]["xaxis"]
    if over in ("angles", "parameter", *NAMED):
        texts = sweep.labels if over in NAMED else [f"{value:.3g}" for value in sweep.values]
        short = [text.split(", slice")[0] for text in texts]
        axis |= {"tickmode": "array", "tickvals": sweep.values, "ticktext": short}
    if over in NAMED:
        axis["range"] = [sweep.values[0] - 0.3, sweep.values[-1] + 0.3]
    return figure


def _table(sweep: ComparedSweep, result: ComparisonResult) -> None:
    """The methods by what they gain over tuned total variation on what both were given."""
    rows = compared_rows(sweep.comparison, result)
    if not any("gain" in row.numbers for row in rows):
        st.caption("With tuned total variation among the methods, a table of gains stands here.")
        return
    st.markdown(gain_table(in_order(rows, "gain", falling=True)))
    st.caption(TABLE)


def _take_away(source: Source, sweep: ComparedSweep, result: ComparisonResult, over: str) -> None:
    """Offer the numbers behind the curves, and the table of gains."""
    rows = in_order(compared_rows(sweep.comparison, result), "gain", falling=True)
    note = f"{source.label}\nAlong: {AXES[over][0]}"
    offers: dict[str, tuple[str, Callable[[], str]]] = {
        "Curves as CSV": ("csv", partial(sweep_csv, sweep, result))
    }
    if over in get_args(Condition) and any("gain" in row.numbers for row in rows):
        offers["Gains in LaTeX"] = "tex", lambda: latex_table(*_gains(rows), note=note)
    with st.container(horizontal=True):
        for label, (extension, content) in offers.items():
            name = file_name(f"sweep {over}", source, extension)
            download(label, content, name, key=f"take away {label}")


def gain_table(rows: Sequence[ComparedRow]) -> str:
    """The methods in the order of their gains, with the number of reconstructions behind each."""
    return markdown_table(*_gains(rows))


def _gains(rows: Sequence[ComparedRow]) -> tuple[list[str], list[list[str]]]:
    headings = ["method", "reconstructions", *(MEASURES[name].title for name in ("gain", "snr"))]
    cells = [
        [row.title, str(row.scans), row.text("gain"), row.text("snr")]
        for row in rows
        if not row.failed
    ]
    return headings, cells
