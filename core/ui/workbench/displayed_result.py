"""One method on the workbench: what was asked, and what is known of the answer so far."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.array_types import Float32Array
from core.methods.base import Method
from core.methods.support.history import History, Snapshot
from core.parameters import changed_later
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.ui.style import LineStyle, styles_in_one_figure
from core.ui.workbench.values_line import values_line


@dataclass(frozen=True, kw_only=True, eq=False)
class Entry:
    """A method with its current image (size, size), its history and its stored iterates.

    `differs` tells it from another entry of the same method. `stop` is empty while the method
    runs. `style` tells it apart from another entry of the same method. `iteration` is that of
    `image` where a stored iterate was chosen, else None.
    """

    letter: str
    method: Method
    image: Float32Array
    history: History
    snapshots: Sequence[Snapshot] = field(default_factory=tuple)
    stop: str = ""
    message: str = ""
    style: LineStyle
    iteration: int | None = None
    differs: str = ""

    @property
    def title(self) -> str:
        """The name that every figure and table uses."""
        told = self.differs or values_line(self.method, changed_later(self.method))
        end = f": {told}" if told else ""
        return f"{self.letter} · {self.method.title}{end}"

    @property
    def short_title(self) -> str:
        """The name over its image: of several runs of a method only what differs."""
        return f"{self.letter} · {self.differs or self.method.title}"

    @property
    def iterates(self) -> bool:
        """Whether there is more than one iterate to look at."""
        return len(self.snapshots) > 1

    @property
    def staged(self) -> bool:
        """Whether its iterates are the stages of a network."""
        return self.method.staged

    def snr_of(self, shot: Snapshot) -> float:
        """The SNR of a stored iterate in dB; NaN where there is no truth."""
        row = np.flatnonzero(self.history["iteration"] == shot.iteration)
        return float(self.history["snr"][row[-1]]) if row.size else math.nan

    def name_of(self, iteration: int) -> str:
        """What an iterate is called: "iteration 12", or "stage 3" of a network."""
        return f"{'stage' if self.staged else 'iteration'} {iteration}"

    def at(self, iteration: int) -> Snapshot:
        """The latest stored iterate not after `iteration`."""
        if not self.snapshots:
            return Snapshot(iteration=int(self.history.last("iteration")), image=self.image)
        earlier = [shot for shot in self.snapshots if shot.iteration <= iteration]
        return earlier[-1] if earlier else self.snapshots[0]


def styles_for(methods: Sequence[Method]) -> list[LineStyle]:
    """A line style for each method; a second entry of the same one gets another dash."""
    return styles_in_one_figure([method.name for method in methods])


def grey_range(measurement: Measurement, entries: Sequence[Entry]) -> tuple[float, float]:
    """The one range in which truth and reconstructions are shown: the truth's, from 0.

    Without a truth it is the range of the reconstructions.
    """
    if isinstance(measurement, SimulatedMeasurement):
        return min(0.0, float(measurement.truth.min())), float(measurement.truth.max())
    low = min((float(np.percentile(entry.image, 0.5)) for entry in entries), default=0.0)
    high = max((float(np.percentile(entry.image, 99.5)) for entry in entries), default=1.0)
    return min(0.0, low), high if high > low else low + 1.0


def off_scale(image: Float32Array, low: float, high: float) -> bool:
    """Whether an image lies so far outside the range that it needs one of its own.

    That is so where one pixel of twenty is beyond five times the range.
    """
    beyond = np.count_nonzero(np.abs(image) > 5 * max(abs(low), abs(high)))
    return bool(beyond > image.size / 20)
