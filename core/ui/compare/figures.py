"""The figures of the comparison: quality against seconds, images, errors, and a profile."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.evaluation.comparison_table import ComparedRow
from core.number_format import percent
from core.parameter import Parameter
from core.problem.measurement import SimulatedMeasurement
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves_figure
from core.ui.figures.panels import Panel, image_panels
from core.ui.figures.plot import plot
from core.ui.workbench.convergence import line_profile
from core.ui.workbench.displayed_result import off_scale
from core.ui.workbench.method_choice import styles_of
from core.ui.workbench.pictures import symmetric_limit

COLUMNS = 6
PROFILES = 6
LINE = 22
"""Height of a line of a legend, in CSS pixels."""
LOWEST = 0.0
"""In dB: an image with less is farther from the truth than an empty one."""
DOT = 3.0
"""Width behind the size of a point, at which the symbols are told apart."""

_SHOW = Parameter(name="show", default="images", choices=("images", "errors"))
WORDS = {"images": "Images", "errors": "Errors m̂ − m"}


def quality_curves(
    comparison: Comparison, result: ComparisonResult, rows: Sequence[ComparedRow]
) -> None:
    """Draw SNR, or the residual where there is no truth, against the seconds of the solver."""
    known = bool(np.isfinite(result["snr"]).any())
    names = {row.candidate: row.name for row in rows}
    series = []
    styles = styles_of(comparison.candidates)
    for number, candidate in enumerate(comparison.candidates):
        course = result.course(0, number)
        if course is None:
            continue
        # The empty image that a solver begins with costs nothing and is no result.
        first = 1 if len(course.seconds) > 1 and not candidate.method.staged else 0
        alone = len(course.seconds) == first + 1
        series.append(
            Series(
                name=names.get(number, candidate.title),
                x=course.seconds[first:],
                y=(course.snr if known else course.residual)[first:],
                style=styles[number],
                width=DOT if alone else 2.0,
                markers=alone,
            )
        )
    if not series:
        return
    if (slices := len(comparison.scans)) > 1:
        st.caption(
            f"Curves, pictures and profile: the slice on screen; the table: all {slices} slices."
        )
    figure = curves_figure(
        series,
        x_title="seconds of the solver",
        y_title="SNR / dB" if known else "residual ‖Gm̂ − d‖ / ‖d‖",
        log_x=True,
        log_y=not known,
    )
    height = legend_beside(figure, len(series))
    if known:
        figure["layout"]["yaxis"]["range"] = _decibels(series)
    plot(
        figure,
        key="quality against seconds",
        height=height,
        alt="How good the image of each method is against the seconds it took.",
    )


def legend_beside(figure: dict[str, Any], curves: int) -> int:
    """Put the legend beside the curves, where it has a line for each; return the height it takes.

    The pointer reads one curve at a time: a box with the values of all would hide them.
    """
    figure["layout"] |= {
        "legend": {"orientation": "v", "x": 1.01, "y": 1, "yanchor": "top"},
        "hovermode": "closest",
    }
    return max(420, 110 + LINE * curves)


def _decibels(series: Sequence[Series]) -> list[float]:
    """The range of the axis: images that are worse than an empty one would take up most of it."""
    values = np.concatenate([one.y[np.isfinite(one.y)] for one in series])
    high = float(values.max())
    low = min(max(float(values.min()), LOWEST), high)
    margin = 0.04 * (high - low) or 1.0
    return [low - margin, high + margin]


def pictures(comparison: Comparison, result: ComparisonResult, rows: Sequence[ComparedRow]) -> None:
    """Draw all images of the first scan in one grey range, or all errors, with linked zoom."""
    shown = [row for row in rows if result.has(0, row.candidate)]
    if not shown:
        return
    measurement = cached.measurement(comparison.scans[0])
    images = {row.candidate: result.image(0, row.candidate) for row in shown}
    if isinstance(measurement, SimulatedMeasurement):
        truth = measurement.truth
        low, high = min(0.0, float(truth.min())), float(truth.max())
        errors = control(_SHOW, words=WORDS, label="Pictures") == "errors"
    else:
        truth, errors = None, False
        limits = [np.percentile(image, (0.5, 99.5)) for image in images.values()]
        low, high = (float(np.median(side)) for side in np.transpose(limits))
    beyond = [row for row in shown if off_scale(images[row.candidate], low, high)]
    within = [row for row in shown if row not in beyond]

    def panel(row: ComparedRow, span: tuple[float, float] | None) -> Panel:
        return Panel(
            title=row.name,
            image=[images[row.candidate]],
            minus=truth if errors and span else None,
            low=span and span[0],
            high=span and span[1],
            colormap="diverging" if errors and span else "bone",
            caption=_caption(result, row.candidate),
            alt=f"{'Error' if errors and span else 'Reconstruction'} of {row.name}.",
        )

    span = low, high
    panels = []
    if truth is not None and errors:
        key = "reach of errors", comparison.key, result.done, len(within)
        errors_shown = (images[row.candidate] - truth for row in within)
        reach = cached.memoize(*key, compute=lambda: symmetric_limit([*errors_shown]))
        span = -reach, reach
    elif truth is not None:
        panels = [Panel(title="Truth", image=[truth], low=low, high=high, alt="The true image.")]
    panels += [panel(row, span) for row in within]
    if panels:
        image_panels(panels, key="compared pictures", columns=COLUMNS)
    if beyond:
        st.caption("In a grey range of its own each, since it lies far outside that of the others:")
        image_panels(
            [panel(row, None) for row in beyond], key="off scale", columns=COLUMNS, tallest=220
        )


def _caption(result: ComparisonResult, candidate: int) -> str:
    """The score of the image that is shown."""
    snr, residual = (result[name][0, candidate] for name in ("snr", "residual"))
    return f"SNR {snr:.1f} dB" if np.isfinite(snr) else f"residual {percent(residual)}"


def profile(comparison: Comparison, result: ComparisonResult, rows: Sequence[ComparedRow]) -> None:
    """Draw one row of pixels of the truth and of the first methods of the table."""
    measurement = cached.measurement(comparison.scans[0])
    low, high = 0.0, np.inf
    if isinstance(measurement, SimulatedMeasurement):
        low, high = float(measurement.truth.min()), float(measurement.truth.max())
    styles = styles_of(comparison.candidates)
    lines = [
        (row.name, result.image(0, number), styles[number])
        for row in rows
        if result.has(0, number := row.candidate)
        and not off_scale(result.image(0, number), low, high)
    ]
    if not lines:
        return
    st.markdown(
        f"**Profile** along one row of pixels, of the first {len(lines[:PROFILES])} methods of the "
        "table in its present order"
    )
    line_profile(measurement, lines[:PROFILES])
