"""Curves of coverage: against the level of the interval, and by quarter of the spread."""

from collections.abc import Sequence

import numpy as np

from core.problem.calibration import LEVELS, Errors
from core.studies.recalibration import Recalibrated
from core.ui.figures.curves import Series, curves
from core.ui.style import BLUE, GREEN, ORANGE, SLATE, LineStyle

WAYS = {"raw": BLUE, "× α": GREEN, "one width for all": ORANGE}
"""The colours of the intervals by their names."""


def reliability(ways: Sequence[tuple[str, str, Errors, float]], *, key: str) -> None:
    """Draw the share of the pixels inside against the level of the interval.

    ways : for each curve its name, its colour, the errors, and the factor on the spread.
    """
    levels = 100 * np.array(LEVELS)
    series = [
        Series(
            name=name,
            x=levels,
            y=np.array([100 * errors.coverage(level, alpha) for level in LEVELS]),
            style=LineStyle(colour=colour),
            width=2.5,
        )
        for name, colour, errors, alpha in ways
    ]
    even = LineStyle(colour=SLATE, dash="dash")
    curves(
        [*series, Series(name="as it should be", x=levels, y=levels, style=even)],
        key=key,
        x_title="level of the interval / %",
        y_title="pixels inside / %",
        height=300,
        alt="Reliability: the share of pixels inside against the level of the interval.",
    )


def quarters(errors: Errors, known: Recalibrated | None) -> None:
    """Draw the coverage of the 90 % interval by quarter of the pixels, the least spread first."""
    parts = [errors.only(part) for part in errors.quarters()]
    numbers = np.arange(1, 5)
    values = {"raw": [part.coverage() for part in parts]}
    if known:
        values["× α"] = [part.coverage(alpha=known.alpha) for part in parts]
        values["one width for all"] = [part.coverage_of_width(known.width) for part in parts]
    series = [
        Series(
            name=name,
            x=numbers,
            y=100 * np.array(covered),
            style=LineStyle(colour=WAYS[name]),
            width=2.5,
        )
        for name, covered in values.items()
    ]
    series.append(
        Series(
            name="90 %", x=numbers, y=np.full(4, 90.0), style=LineStyle(colour=SLATE, dash="dash")
        )
    )
    curves(
        series,
        key="quarters",
        x_title="quarter of the pixels, from least to most spread",
        y_title="pixels inside / %",
        height=300,
        alt="Coverage of the 90 % interval by quarter of the standard deviation.",
    )
