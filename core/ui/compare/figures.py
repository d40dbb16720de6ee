"""The figures of the comparison: quality against seconds, images, errors, and a profile."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.evaluation.comparison_table import ComparedRow
from core.parameters import Parameter
from core.problem.measurement import SimulatedMeasurement
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod, Tuning
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.style import LineStyle
from core.ui.workbench.convergence import draw_profile
from core.ui.workbench.displayed_result import off_scale
from core.ui.workbench.method_choice import style_of
from core.ui.workbench.pictures import symmetric_limit

COLUMNS = 6
DASHES: Sequence[Tuning] = ("default", "rule", "oracle")
"""A method that is there in several ways has another dash for each."""

_SHOW = Parameter(name="show", default="images", choices=("images", "errors"))
WORDS = {"images": "Images", "errors": "Errors m̂ − m"}


def line_of(candidate: EvaluatedMethod) -> LineStyle:
    """The line of a candidate in all figures and in the table."""
    return style_of(candidate, DASHES.index(candidate.tuning))


def name_of(row: ComparedRow) -> str:
    """The name of a row in figures: with its setting, where it was tuned."""
    return row.title if row.setting == "default" else f"{row.title}, {row.setting}"


def quality_curves(comparison: Comparison, result: ComparisonResult) -> None:
    """Draw SNR, or the residual where there is no truth, against the seconds of the solver."""
    known = bool(np.isfinite(result["snr"]).any())
    series = []
    for number, candidate in enumerate(comparison.candidates):
        course = result.course(0, number)
        if course is None:
            continue
        y = course.snr if known else course.residual
        style = line_of(candidate)
        ways = {"default": "", "rule": ", by a rule", "oracle": ", oracle"}
        way = "" if candidate.label else ways[candidate.tuning]
        x = np.maximum(course.seconds, 1e-4)
        single = len(x) == 1
        series.append(
            Series(name=candidate.title + way, x=x, y=y, style=style, markers=single, width=2.0)
        )
    if not series:
        return
    curves(
        series,
        key="quality against seconds",
        x_title="seconds of the solver",
        y_title="SNR / dB" if known else "residual ‖Gm̂ − d‖ / ‖d‖",
        log_x=True,
        log_y=not known,
        height=460,
        alt="How good the image of each method is after so many seconds.",
    )


def pictures(
    comparison: Comparison, result: ComparisonResult, rows: Sequence[ComparedRow]
) -> None:
    """Draw all images of the first scan in one grey range, or all errors, with linked zoom."""
    measurement = cached.measurement(comparison.scans[0])
    shown = [row for row in rows if result.has(0, row.candidate)]
    images = {row.candidate: result.image(0, row.candidate) for row in shown}
    if isinstance(measurement, SimulatedMeasurement):
        truth = measurement.truth
        low, high = min(0.0, float(truth.min())), float(truth.max())
        errors = control(_SHOW, words=WORDS, label="Pictures") == "errors"
    else:
        truth, errors = None, False
        limits = [np.percentile(image, (0.5, 99.5)) for image in images.values()]
        low, high = (float(np.median(side)) for side in np.transpose(limits))
    panels = []
    if truth is not None:
        panels.append(
            Panel(title="Truth", image=truth, low=low, high=high, alt="The true image.")
        )
    reach = 1.0
    if errors and truth is not None:
        reach = symmetric_limit(
            [image - truth for image in images.values() if not off_scale(image, low, high)]
        )
    for row in shown:
        image = images[row.candidate]
        own = off_scale(image, low, high)
        span = (-reach, reach) if errors else (low, high)
        panels.append(
            Panel(
                title=name_of(row),
                image=[image],
                minus=truth if errors else None,
                low=None if own and not errors else span[0],
                high=None if own and not errors else span[1],
                colormap="diverging" if errors else "bone",
                caption=_caption(row, own=own and not errors),
                alt=f"{'Error' if errors else 'Reconstruction'} of {name_of(row)}.",
            )
        )
    image_panels(panels, key="compared pictures", columns=COLUMNS)


def _caption(row: ComparedRow, *, own: bool) -> str:
    measure = "snr" if "snr" in row.numbers else "residual"
    score = f"SNR {row.text('snr')} dB" if measure == "snr" else f"residual {row.text('residual')}"
    return f"{score}, its own grey range" if own else score


def profile(comparison: Comparison, result: ComparisonResult, rows: Sequence[ComparedRow]) -> None:
    """Draw one row of pixels of the truth and of all images that lie in its range."""
    measurement = cached.measurement(comparison.scans[0])
    lines = [
        (name_of(row), result.image(0, row.candidate), line_of(comparison.candidates[row.candidate]))
        for row in rows
        if result.has(0, row.candidate)
    ]
    if isinstance(measurement, SimulatedMeasurement):
        low, high = float(measurement.truth.min()), float(measurement.truth.max())
        lines = [line for line in lines if not off_scale(line[1], low, high)]
    st.markdown("**Profile** along one row of pixels")
    draw_profile(measurement, lines)
