"""Where the rules would have stopped each run, as points on its curves of convergence.

The discrepancy principle needs no more than the history of a run; the other rules are there once
*When to stop* has judged the iterates. The oracle is the star that each curve of quality has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.jobs.queue import the_jobs
from core.methods.support.parameter_selection import noise_norm
from core.problem.measurement import Measurement, Source
from core.studies.stopping import FEWEST, StoppingStudy
from core.ui.figures.curves import Series
from core.ui.style import INK, LineStyle
from core.ui.workbench.displayed_result import Entry
from core.ui.workbench.job_status import visitor

SYMBOLS = {
    # rule: (name, symbol)
    "discrepancy": ("discrepancy", "diamond-open"),
    "ncp": ("NCP", "square-open"),
    "gcv": ("GCV", "triangle-up-open"),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Stop:
    """What a rule says of a run: the row of its history at which it stops."""

    rule: str
    entry: Entry
    row: int

    @property
    def words(self) -> str:
        """The run and its iteration."""
        return f"{self.entry.letter} {self.entry.history['iteration'][self.row]:.0f}"

    @property
    def loss(self) -> str:
        """The run, and how far the SNR is below its best there."""
        snr = self.entry.history["snr"]
        return f"{self.entry.letter} {snr[self.row] - np.nanmax(snr):.1f} dB".replace("-", "−")


def stops_of(scan: Source, measurement: Measurement, entries: Sequence[Entry]) -> Sequence[Stop]:
    """Where the rules stop those runs whose iteration number is their regularisation parameter."""
    return [
        Stop(rule=rule, entry=entry, row=row)
        for entry in entries
        if entry.method.stops_early and entry.stop and len(entry.history) > FEWEST
        for rule, row in _rows(scan, measurement, entry).items()
    ]


def _rows(scan: Source, measurement: Measurement, entry: Entry) -> Mapping[str, int]:
    """The row of the history for each rule that has one."""
    history = entry.history
    if entry.method.iterations_planned() >= FEWEST:
        study = StoppingStudy(scan=scan, method=entry.method)
        job = the_jobs().find(study.task, visitor())
        if job is not None and (judged := job.state.result) is not None:
            rows = {
                one.rule: int(np.searchsorted(history["iteration"], judged.curve.values[one.index]))
                for one in judged.choices
                if one.rule in SYMBOLS and one.index is not None
            }
            return {rule: row for rule, row in rows.items() if row < len(history)}
    norms = history["residual"] * np.linalg.norm(measurement.data)
    enough = np.flatnonzero(norms <= noise_norm(measurement).value)
    return {"discrepancy": int(enough[0])} if enough.size else {}


def stop_series(
    stops: Sequence[Stop], column: str, against: str, *, log_x: bool
) -> Sequence[Series]:
    """The points of each rule on the curves of a column.

    The legend names the iterations, and on the curves of the SNR what is lost there.
    """
    series = []
    for rule, (name, symbol) in SYMBOLS.items():
        found = [stop for stop in stops if stop.rule == rule]
        x = np.array([stop.entry.history[against][stop.row] for stop in found])
        y = np.array([stop.entry.history[column][stop.row] for stop in found])
        if np.isfinite(y).any():
            words = ", ".join(stop.loss if column == "snr" else stop.words for stop in found)
            series.append(
                Series(
                    name=f"{name}: {words}",
                    x=np.where(x > 0, x, np.nan) if log_x else x,
                    y=y,
                    style=LineStyle(colour=INK),
                    markers=True,
                    symbol=symbol,
                    width=3.5,
                )
            )
    return series
