"""What is measured of a class, and its table."""

from __future__ import annotations

import math
import shlex
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import InputError, quoted, require_number

COLUMNS = ("", "actions", "median", "95 %", "to the result", "95 %", "per s", "CPU / run", "sent")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is measured.

    visitors : sizes of the class.
    pages : paths of the pages.
    query : of the link with which all come, such as "size=64".
    rate : actions per second of each visitor.
    alone : how often a single visitor moves a slider, without a pause.
    seconds : how long all move sliders.
    arrive : seconds within which all have come.
    after : seconds between their leaving and the last look at the memory. Streamlit keeps a
        session for two minutes, for a visitor whose connection comes back.
    against : options of `streamlit run` for a second server beside that as it ships; "" for none.

    Raises `InputError` for a number out of range, and for options with a quotation left open.
    """

    visitors: Sequence[int] = (15, 50, 150)
    pages: Sequence[str] = ("forward", "classical_inversion")
    query: str = ""
    alone: int = 20
    rate: float = 1.0
    seconds: float = 20.0
    arrive: float = 10.0
    after: float = 130.0
    against: str = ""

    def __post_init__(self) -> None:
        for visitors in self.visitors:
            require_number("Visitors", visitors, low=1, high=10_000, whole=True)
        require_number("Rate", self.rate, low=0.01, high=100, unit="actions per second")
        require_number("Seconds", self.seconds, low=0, high=3600)
        require_number("Seconds until the last look", self.after, low=0, high=3600)
        try:
            shlex.split(self.against)
        except ValueError as error:
            raise InputError(
                f"The options {quoted(self.against)} cannot be read: {error}."
            ) from None

    @property
    def configurations(self) -> dict[str, list[str]]:
        """The options of each server by what it is called."""
        shipped: dict[str, list[str]] = {"as it ships": []}
        return shipped | ({self.against: shlex.split(self.against)} if self.against else {})


@dataclass(kw_only=True)
class Step:
    """One kind of action by everybody.

    seconds : until the run of the page has ended, for each action.
    results : until no job runs any more, likewise.
    lasted, cpu : seconds of the whole step, and processor time of the server.
    runs, deltas, bytes : what the server ran and sent: runs, elements and blocks, bytes.
    """

    what: str
    seconds: list[float] = field(default_factory=list)
    results: list[float] = field(default_factory=list)
    lasted: float = 0.0
    cpu: float = 0.0
    runs: int = 0
    deltas: int = 0
    bytes: int = 0

    @property
    def cpu_ms(self) -> float:
        """Processor time of the server for one run, in ms; NaN without any."""
        return 1000 * self.cpu / self.runs if self.runs else math.nan


@dataclass(kw_only=True)
class Outcome:
    """What one class on one page has met.

    failures : one sentence for each session that did not come to its end.
    together, waited : sessions that watched a job with others, and that waited in the queue.
    before_mb, peak_mb, after_mb : memory of the server.
    """

    configuration: str
    page: str
    visitors: int
    steps: list[Step] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    together: int = 0
    waited: int = 0
    most_watchers: int = 1
    before_mb: float = 0.0
    peak_mb: float = 0.0
    after_mb: float = 0.0

    def step(self, what: str) -> Step:
        """The step of this name."""
        return next(step for step in self.steps if step.what == what)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies; NaN without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.nan


def report(outcome: Outcome) -> str:
    """The table of a class as text: times in ms, processor time of the server for each run."""
    lines = [
        f"\n{outcome.page or 'home'}, {outcome.visitors} visitors, {outcome.configuration}",
        _line(COLUMNS),
        *(_line(_cells(step)) for step in outcome.steps),
        f"jobs: {outcome.together} sessions watched one together with others (at most "
        f"{outcome.most_watchers} the same), {outcome.waited} waited in the queue",
        f"memory: {outcome.before_mb:.0f} MB before, {outcome.peak_mb:.0f} at the peak "
        f"({(outcome.peak_mb - outcome.before_mb) / outcome.visitors:.1f} per session), "
        f"{outcome.after_mb:.0f} after they left",
        f"failures: {len(outcome.failures)}",
        *(f"    {sentence}" for sentence in sorted(set(outcome.failures))),
    ]
    return "\n".join(lines)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The same numbers for a file."""
    return {
        **{name: value for name, value in vars(outcome).items() if name != "steps"},
        "steps": [
            {
                "what": step.what,
                "actions": len(step.seconds),
                "median_ms": _median(step.seconds),
                "p95_ms": 1000 * quantile(step.seconds, 0.95),
                "result_median_ms": _median(step.results) if step.results else None,
                "cpu_ms": step.cpu_ms,
                "deltas": step.deltas / max(1, step.runs),
                "bytes": step.bytes / max(1, step.runs),
            }
            for step in outcome.steps
            if step.seconds
        ],
    }


def _cells(step: Step) -> list[str]:
    runs = max(1, step.runs)
    return [
        step.what,
        str(len(step.seconds)),
        _ms(_median(step.seconds)),
        _ms(1000 * quantile(step.seconds, 0.95)),
        _ms(_median(step.results)),
        _ms(1000 * quantile(step.results, 0.95)),
        f"{len(step.seconds) / step.lasted:.1f}" if step.lasted else "–",
        _ms(step.cpu_ms),
        f"{step.deltas / runs:.0f}, {step.bytes / runs / 1000:.0f} kB",
    ]


def _median(values: Sequence[float]) -> float:
    return 1000 * statistics.median(values) if values else math.nan


def _ms(milliseconds: float) -> str:
    return "–" if math.isnan(milliseconds) else f"{milliseconds:.0f} ms"


def _line(cells: Sequence[str]) -> str:
    return f"{cells[0]:<32}" + "".join(f"{cell:>14}" for cell in cells[1:])
