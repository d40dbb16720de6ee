"""How the methods got there: convergence curves, semi-convergence, and a line profile."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.array_types import Image
from core.parameter import Parameter
from core.problem import metrics
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Best, Mark, Series, curves
from core.ui.style import TRUTH, LineStyle
from core.ui.workbench.displayed_result import Entry
from core.ui.workbench.history_table import history_tables
from core.ui.workbench.stopping_marks import Stop, stop_series

MISFITS = {
    "objective": "Objective",
    "data_term": "Data term",
    "regulariser": "Regulariser",
    "residual": "Residual ‖Gm − d‖ / ‖d‖",
}
QUALITIES = {"snr": "SNR / dB", "psnr": "PSNR / dB", "ssim": "SSIM"}
SHORT = {"data_term": "Data", "regulariser": "Prior", "snr": "SNR", "psnr": "PSNR", "ssim": "SSIM"}
AXES = {"iteration": "Iteration", "seconds": "Seconds"}
WORTH_MENTIONING = 0.5
"""A loss of SNR since its best, in dB, from which it is pointed out: the error has grown by 6 %.
A smaller one can be seen in the curve and in no picture."""

_MISFIT = Parameter(name="misfit", default="objective", choices=tuple(MISFITS))
_QUALITY = Parameter(name="quality", default="snr", choices=tuple(QUALITIES))
_AXIS = Parameter(name="against", default="iteration", choices=tuple(AXES))
_LOG = Parameter(
    name="log_axes",
    default=True,
    help="On logarithmic axes a straight line means 1/kᵖ; its slope is −p.",
)
_TABLE = Parameter(name="history", default=False, help="The same in numbers, below the curves.")


def convergence(
    entries: Sequence[Entry],
    iterations: Sequence[int],
    player: str | None,
    measurement: Measurement,
    stops: Sequence[Stop],
) -> None:
    """Draw misfit and quality against iterations or seconds, the current iterate marked.

    So are the iterates at which rules would have stopped.
    """
    truth = isinstance(measurement, SimulatedMeasurement)
    walking = [entry for entry in entries if len(entry.history) > 1]
    if not walking:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        misfit = control(_MISFIT, words=SHORT, label="How well it fits")
        quality = control(_QUALITY, words=SHORT, label="How good it is") if truth else ""
        against = control(_AXIS, words=AXES, label="Against")
        with st.container(width="content", gap="xxsmall"):
            log = control(_LOG, label="Log axes")
            table = control(_TABLE, label="Table")
    permalink.publish("convergence")
    columns = st.columns(2) if truth else [st.container()]
    with columns[0]:
        title = MISFITS[misfit]
        _curve(entries, misfit, title, against, log, log, None, iterations, player, stops)
    if truth:
        with columns[1]:
            best: Best = "highest"
            title = QUALITIES[quality]
            _curve(entries, quality, title, against, log, False, best, iterations, player, stops)
            for entry in walking:
                if sentence := past_best(entry, noise_share(measurement)):
                    st.caption(sentence)
    if table:
        history_tables(walking)


def _curve(
    entries: Sequence[Entry],
    column: str,
    title: str,
    against: str,
    log_x: bool,
    log_y: bool,
    best: Best | None,
    iterations: Sequence[int],
    player: str | None,
    stops: Sequence[Stop],
) -> None:
    marks = []
    if iterations and against == "iteration":
        shown = np.asarray(iterations, dtype=float)
        marks = [Mark(x=np.maximum(shown, 1) if log_x else shown, name="shown above")]
    reach = max(entry.history.last(against) for entry in entries)
    curves(
        [
            _line(entry, column, against, log_x, best, reach)
            for entry in entries
            if np.isfinite(entry.history[column]).any()
        ]
        + [*stop_series(stops, column, against, log_x=log_x)],
        key=f"curve {column}",
        x_title=AXES[against].lower(),
        y_title=title,
        log_x=log_x,
        log_y=log_y,
        marks=marks,
        player=player if marks else None,
        alt=f"{title} of each method against {AXES[against].lower()}.",
    )


def _line(
    entry: Entry, column: str, against: str, log_x: bool, best: Best | None, reach: float
) -> Series:
    """The curve of a method; that of a direct one is level, as far as the others `reach`."""
    # Where nothing was measured, the line goes on to where something was.
    known = np.isfinite(entry.history[column])
    x, y = entry.history[against][known], entry.history[column][known]
    if len(entry.history) == 1:
        x, y, best = np.array([1.0 if log_x else 0.0, reach]), np.repeat(y, 2), None
    return Series(name=entry.title, x=_without_start(x, log_x), y=y, style=entry.style, best=best)


def _without_start(values: np.ndarray, log: bool) -> np.ndarray:
    """On a logarithmic axis iterate 0 has no place."""
    return np.where(values > 0, values, np.nan) if log else values


def past_best(entry: Entry, noise: float) -> str:
    """A sentence on a method that came nearer to the truth than it ended; "" for any other.

    `noise` is ‖n‖/‖d‖, as the residual is counted: an iterate that leaves less than that in the
    data has fitted noise. It says why the error grew only where the history shows it.
    """
    history = entry.history
    snr, residual, objective = history["snr"], history["residual"], history["objective"]
    if not np.isfinite(snr).any() or not entry.stop:
        return ""
    best = int(np.nanargmax(snr))
    last = int(np.flatnonzero(np.isfinite(snr))[-1])
    loss = float(snr[best] - snr[last])
    if loss < WORTH_MENTIONING:
        return ""
    unit = "stage" if entry.staged else "iteration"
    came = (
        f"**{entry.title}** came closest to the truth at {unit} {history['iteration'][best]:.0f} "
        f"({snr[best]:.1f} dB) and has lost {loss:.1f} dB since"
    )
    fell = residual[last] < residual[best]
    regularised = history["regulariser"][last] > 0
    if fell and residual[last] < noise and not entry.staged:
        too_weak = " Its regulariser is too weak to prevent that." if regularised else ""
        return (
            f"{came}, while its residual fell to {residual[last]:.2%} of the data, and the noise "
            f"is {noise:.2%} of the data: the later iterates fit the noise. This is "
            f"*semi-convergence*; to stop early is to regularise.{too_weak}"
        )
    if regularised and objective[last] < objective[best]:
        return (
            f"{came}, while its objective kept falling: the minimum of data term plus regulariser "
            "is not the truth. This is the *bias* of the regulariser."
        )
    if not fell:
        return f"{came}, and its residual grew as well: it moves away from the truth and the data."
    return f"{came}, though its residual fell."


def noise_share(measurement: Measurement) -> float:
    """‖n‖/‖d‖ of a simulated measurement; 0 where the noise is unknown."""
    if isinstance(measurement, SimulatedMeasurement):
        return metrics.relative_residual(measurement.clean, measurement.data)
    return 0.0


Line = tuple[str, Image, LineStyle]
"""A reconstruction in a profile: its name, its image (size, size), and its line."""


def line_profile(measurement: Measurement, lines: Sequence[Line]) -> None:
    """Draw one row of the truth and of every reconstruction."""
    size = measurement.operator.size
    row = control(
        Parameter(
            name="profile.row",
            aliases=("row",),
            default=size // 2,
            low=0,
            high=size - 1,
            help="The row of pixels whose values are drawn, counted from the top.",
        ),
        key=f"profile.row of {size}",  # in an image of another size it starts in the middle again
        label="Row of the profile",
    )
    permalink.publish("profile")
    x = np.arange(size, dtype=float)
    series = []
    if isinstance(measurement, SimulatedMeasurement):
        series.append(
            Series(name="truth", x=x, y=measurement.truth[row], style=LineStyle(colour=TRUTH))
        )
    series += [
        Series(name=name, x=x, y=image[row], style=style, width=1.5) for name, image, style in lines
    ]
    curves(
        series,
        key="profile",
        x_title="column / pixels",
        y_title="value",
        alt=f"Values along row {row} of the truth and of each reconstruction.",
    )
