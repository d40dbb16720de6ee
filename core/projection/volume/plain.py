"""Scanners of volumes as operators of PyLops alone, for scripts that run without the laboratory.

The laboratory's own projector is `core.projection.projector`; a test holds the two together.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pylops

from core.array_types import AnyArray, Float32Array, Float64Array
from core.projection.volume import joseph, separable_footprint


class ConeBeam(pylops.LinearOperator):
    """A point source opposite a flat panel, from (slices, rows, columns) to (views, panel).

    Lengths are in voxels. Its transpose is exact.

    Parameters
    ----------
    shape : of the volume: (slices, rows, columns).
    angles : of the views, in radians.
    panel : rows and columns of the panel.
    pitches : height and width of a detector.
    distances : from the source to the axis, and from the axis to the panel.
    heights : of the source in each view; 0 unless given.
    offset : by how many detectors the panel is moved along its rows.
    kernel : "linear" (Joseph) or "strip" (separable footprint).
    """

    def __init__(
        self,
        shape: Sequence[int],
        angles: Float64Array,
        panel: tuple[int, int],
        pitches: tuple[float, float],
        distances: tuple[float, float],
        *,
        heights: Float64Array | None = None,
        offset: float = 0.0,
        kernel: str = "linear",
    ) -> None:
        super().__init__(dtype=np.float32, dims=tuple(shape), dimsd=(len(angles), *panel))
        self.strip, self.rise = kernel == "strip", float(pitches[0])
        heights = np.zeros(len(angles)) if heights is None else heights
        self.table = _table(shape, angles, panel, pitches, distances, heights, offset)
        self.lengths = np.empty((len(angles), panel[1], panel[0]), np.float32)
        joseph.ray_lengths(self.table, self.rise, self.lengths, 0, len(angles))

    def _matvec(self, x: AnyArray) -> Float32Array:
        slices, rows, columns = self.dims
        volume = x.reshape(self.dims).transpose(1, 2, 0)
        out = np.empty_like(self.lengths)
        if self.strip:
            sums = np.zeros((rows, columns, slices + 1))
            np.cumsum(volume, axis=2, dtype=np.float64, out=sums[:, :, 1:])
            _in_threads(
                lambda first, last: separable_footprint.project(
                    sums, self.table, self.rise, self.lengths, out, first, last
                ),
                len(out),
            )
        else:
            padded = np.zeros((rows, columns, slices + 3), np.float32)
            padded[:, :, 1:-2] = volume
            _in_threads(
                lambda first, last: joseph.project(
                    padded, self.table, self.rise, self.lengths, out, first, last
                ),
                len(out),
            )
        return np.ravel(out.transpose(0, 2, 1))

    def _rmatvec(self, x: AnyArray) -> Float32Array:
        slices, rows, columns = self.dims
        data = x.reshape(self.dimsd).astype(np.float32, copy=False)
        weighted = data.transpose(0, 2, 1) * self.lengths
        if self.strip:
            volume = np.empty((rows, columns, slices), np.float32)
            _in_threads(
                lambda first, last: separable_footprint.back_project(
                    volume, self.table, self.rise, weighted, first, last
                ),
                rows,
            )
            return np.ravel(volume.transpose(2, 0, 1))
        padded = np.zeros((rows, columns, slices + 3), np.float32)
        for by_columns, planes in ((True, columns), (False, rows)):
            self._planes(padded, weighted, by_columns, planes)
        return np.ravel(padded[:, :, 1:-2].transpose(2, 0, 1))

    def _planes(
        self, padded: Float32Array, weighted: Float32Array, by_columns: bool, planes: int
    ) -> None:
        _in_threads(
            lambda first, last: joseph.back_project(
                padded, self.table, self.rise, weighted, by_columns, first, last
            ),
            planes,
        )


class SliceStack(pylops.LinearOperator):
    """Operators of images, one after the other for the slices of a volume.

    `operators` are from (rows, columns) to (views, detectors); slice k has number k mod their
    count. The data are (views, slices, detectors).
    """

    def __init__(self, operators: Sequence[pylops.LinearOperator], slices: int) -> None:
        views, detectors = operators[0].dimsd
        super().__init__(
            dtype=np.float32, dims=(slices, *operators[0].dims), dimsd=(views, slices, detectors)
        )
        self.operators = operators

    def _matvec(self, x: AnyArray) -> Float32Array:
        volume, count = x.reshape(self.dims), len(self.operators)
        views, _, detectors = self.dimsd
        data = [
            self.operators[k % count].matvec(one.ravel()).reshape(views, detectors)
            for k, one in enumerate(volume)
        ]
        return np.stack(data, axis=1).astype(np.float32).ravel()

    def _rmatvec(self, x: AnyArray) -> Float32Array:
        data, count = x.reshape(self.dimsd), len(self.operators)
        slices = [
            self.operators[k % count].rmatvec(np.ravel(data[:, k])) for k in range(self.dims[0])
        ]
        return np.stack(slices).astype(np.float32).ravel()


def _table(
    shape: Sequence[int],
    angles: Float64Array,
    panel: tuple[int, int],
    pitches: tuple[float, float],
    distances: tuple[float, float],
    heights: Float64Array,
    offset: float,
) -> Float64Array:
    """Where source and panel stand in each view (views, 8), in indices of voxels; see Joseph."""
    of_slice, of_row, of_column = ((n - 1) / 2 for n in shape)
    cosine, sine = np.cos(angles), np.sin(angles)
    first = (offset - (panel[1] - 1) / 2) * pitches[1]
    return np.stack(
        [
            of_column + distances[0] * sine,
            of_row + distances[0] * cosine,
            of_column - distances[1] * sine + first * cosine,
            of_row - distances[1] * cosine - first * sine,
            pitches[1] * cosine,
            -pitches[1] * sine,
            of_slice + heights,
            of_slice + heights - pitches[0] * (panel[0] - 1) / 2,
        ],
        axis=1,
    )


def _in_threads(work: Callable[[int, int], None], count: int) -> None:
    """Call `work(first, last)` on ranges that make up `count`, one for each processor."""
    threads = max(1, min(os.cpu_count() or 1, 4, count))
    bounds = np.linspace(0, count, threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, bounds[:-1], bounds[1:]))
