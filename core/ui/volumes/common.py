"""What the steps on volumes share: data, times, and how a lesson's parts are drawn."""

import time

from core.number_format import decibels, readable
from core.problem.measurement import SimulatedMeasurement
from core.problem.volume_scan import VolumeScan
from core.studies.measurements import measurement_of
from core.studies.volume_lessons import Lesson
from core.ui import cached
from core.ui.figures.panels import Panel


def simulated(scan: VolumeScan) -> SimulatedMeasurement:
    """The measurement of a scan, from memory where it was made lately."""
    measurement = measurement_of(scan)
    assert isinstance(measurement, SimulatedMeasurement)
    return measurement


def seconds_of_a_pair(scan: VolumeScan) -> float:
    """How long G and its transpose take together on this machine, in seconds; measured once."""

    def measured() -> float:
        measurement = simulated(scan)
        operator = measurement.operator
        started = time.perf_counter()
        operator.back_project(operator.project(measurement.truth))
        return time.perf_counter() - started

    return cached.memoize("pair of products", scan.size, scan.beam, scan.kernel, compute=measured)


def about(seconds: float) -> str:
    """A time before it starts, in few words."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"about {readable(round(seconds, 0 if seconds >= 10 else 1))} s"
    return f"about {round(seconds / 60)} min"


def lesson_panel(lesson: Lesson, caption: str = "", low: float = 0.0, high: float = 1.0) -> Panel:
    """The picture of one reconstruction of a lesson."""
    return Panel(
        title=lesson.title,
        image=lesson.picture,
        low=low,
        high=high,
        caption=caption or f"SNR {decibels(lesson.snr)}",
        alt=f"{lesson.title}: a slice of the volume.",
    )
