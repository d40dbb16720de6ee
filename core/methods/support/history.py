"""The history of a reconstruction: every measure stands next to the iterate it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array, Image, Sinogram
from core.problem import metrics
from core.problem.measurement import Measurement, distance_to_truth

Objective = Callable[[Image, Sinogram], tuple[float, float]]
"""Data term and regulariser from an image and its residual G·image − data."""

COLUMNS = (
    "iteration",
    "seconds",
    "objective",
    "data_term",
    "regulariser",
    "residual",
    "snr",
    "psnr",
    "ssim",
)
SNAPSHOTS = 24
FEWEST_SNAPSHOTS = 4
SNAPSHOT_BYTES = 48e6
"""Memory of the snapshots of a volume, of which there are fewer the larger it is."""
ROWS_WITH_DECIBELS = 400
ROWS_WITH_SSIM = 60
GROWTH_LIMIT = 100.0


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Columns of equal length, one row per recorded iterate.

    `table` is (columns, rows) float64 and read-only; `history["snr"]` is one column (rows,).
    """

    names: tuple[str, ...]
    table: Float64Array

    def __getitem__(self, name: str) -> Float64Array:
        column: Float64Array = self.table[self.names.index(name)]
        return column

    def __len__(self) -> int:
        return int(self.table.shape[1])

    def last(self, name: str) -> float:
        """The value of a column at the last recorded iterate."""
        return float(self[name][-1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshot:
    """An iterate kept for the iteration scrubber; `image` is (size, size) float32."""

    iteration: int
    image: Image


class Recorder:
    """Measures each iterate as it arrives, outside the timed part of the loop.

    Objective and residual are recomputed from every iterate, with one forward projection each.
    SNR and PSNR are too, up to 400 planned steps, and SSIM, which costs more than many a step,
    up to 60; a longer run takes them at every k-th iterate (the smallest k that gives about as
    many), at each snapshot and at the last iterate, with NaN between. They are NaN without a truth.
    """

    def __init__(self, measurement: Measurement, steps: int, objective: Objective) -> None:
        self._measurement = measurement
        self._objective = objective
        self._decibels_every = -(-steps // ROWS_WITH_DECIBELS) or 1
        self._ssim_every = -(-steps // ROWS_WITH_SSIM) or 1
        bytes_each = 4 * int(np.prod(measurement.operator.dims))
        most = max(FEWEST_SNAPSHOTS, min(SNAPSHOTS, int(SNAPSHOT_BYTES / bytes_each)))
        self._planned = snapshot_iterations(steps, most)
        self._names: tuple[str, ...] = COLUMNS
        self._table = np.empty((len(COLUMNS), steps + 1))
        self._rows = 0
        self._snapshots: list[Snapshot] = []
        self._image: Image | None = None

    @property
    def image(self) -> Image:
        """The last finite iterate (size, size), float32, read-only."""
        if self._image is None:
            raise RuntimeError("Nothing has been recorded yet.")
        return self._image

    def record(
        self, image: Image, values: Mapping[str, float], number: int, seconds: float
    ) -> str | None:
        """Measure iterate `number`; return a sentence if the method has diverged, else None.

        A row is written for finite iterates only. An iterate counts as diverged when it or its
        objective is not finite, or when its relative residual exceeds 100 times that of the
        first iterate and of an empty image (which has 1, whatever the data): the misfit ½‖Gm−d‖²
        is then 10⁴ times worse than that of no image at all. Overshooting methods stay within
        a factor of ten of it, and a step size beyond 2/L passes it within some tens of steps. Of
        data that are zero everywhere nothing is any number of times as large.
        """
        image = np.asarray(image, np.float32).view()
        image.setflags(write=False)
        predicted = self._measurement.operator.project(image)
        residual = predicted - self._measurement.data
        data_term, regulariser = self._objective(image, residual)
        relative = metrics.relative_residual(predicted, self._measurement.data)
        if not (np.isfinite(data_term + regulariser) and np.isfinite(image).all()):
            return f"Diverged: the values of iterate {number} are no longer finite numbers."
        keep = number in self._planned
        decibels = keep or number % self._decibels_every == 0
        ssim = keep or number % self._ssim_every == 0
        row = {
            "iteration": float(number),
            "seconds": seconds,
            "objective": data_term + regulariser,
            "data_term": data_term,
            "regulariser": regulariser,
            "residual": relative,
            **distance_to_truth(image, self._measurement, decibels=decibels, ssim=ssim),
        }
        self._write(row, values)
        self._image = image
        if keep:
            self._snapshots.append(Snapshot(iteration=number, image=image))
        allowed = GROWTH_LIMIT * max(1.0, self._table[COLUMNS.index("residual"), 0])
        if np.isfinite(relative) and relative > allowed:
            return (
                f"Diverged: after {number} iterations the residual is {relative:.0f} times as "
                "large as the data themselves."
            )
        return None

    def history(self) -> History:
        """The rows so far; a view of the growing table, so it costs nothing to take."""
        table = self._table[:, : self._rows]
        table.setflags(write=False)
        return History(names=self._names, table=table)

    def finish(self) -> tuple[History, tuple[Snapshot, ...]]:
        """The history and the snapshots, the last iterate with all its measures among them."""
        last = int(self._table[0, self._rows - 1])
        table = self._table[:, : self._rows].copy()
        for name, value in distance_to_truth(self.image, self._measurement).items():
            table[self._names.index(name), -1] = value
        table.setflags(write=False)
        snapshots = tuple(self._snapshots)
        if snapshots[-1].iteration != last:
            snapshots += (Snapshot(iteration=last, image=self.image),)
        return History(names=self._names, table=table), snapshots

    def _write(self, row: Mapping[str, float], values: Mapping[str, float]) -> None:
        clash = sorted(set(values) & set(COLUMNS))
        if clash:
            raise ValueError(f"A Step's values may not be called {', '.join(clash)}.")
        new = tuple(name for name in values if name not in self._names)
        full = self._rows == self._table.shape[1]
        if new or full:
            # Earlier views keep the old table, so a history handed out never changes.
            columns = len(self._names) + len(new)
            larger = np.full((columns, self._table.shape[1] * (2 if full else 1)), np.nan)
            larger[: len(self._names), : self._rows] = self._table[:, : self._rows]
            self._names, self._table = self._names + new, larger
        measures = {**row, **values}
        self._table[:, self._rows] = [measures.get(name, np.nan) for name in self._names]
        self._rows += 1


def snapshot_iterations(steps: int, most: int = SNAPSHOTS) -> frozenset[int]:
    """About `most` iterations from 0 to `steps`, both included, even in their logarithm."""
    if steps < most:
        return frozenset(range(steps + 1))
    wanted = most - 1
    steps_shown: frozenset[int] = frozenset()
    # The first iterations are so close together that rounding merges them: ask for more.
    for points in range(wanted, 4 * wanted):
        steps_shown = frozenset(np.rint(np.geomspace(1, steps, points)).astype(int).tolist())
        if len(steps_shown) >= wanted:
            break
    return steps_shown | {0}
