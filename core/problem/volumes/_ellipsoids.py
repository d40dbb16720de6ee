"""Ellipsoids: drawn into a volume, and integrated along rays in closed form.

An ellipsoid is (value, a, b, c, x, y, z, φ): what it adds, its semi-axes, its centre, and the angle
in radians by which it is turned anticlockwise about the z axis. Lengths are in halves of the
volume's side: it covers [−1, 1]³, x to the right, y towards row 0, z towards the last slice.
"""

import numpy as np

from core.array_types import Float64Array

OVERSAMPLING = 2
"""Points per voxel and axis, so that edges hold their share of the voxel."""


def rasterise(
    ellipsoids: Float64Array, size: int, slices: int, oversampling: int = OVERSAMPLING
) -> Float64Array:
    """Draw ellipsoids (count, 8) into a volume (slices, size, size) in which they add up.

    A voxel holds the mean over `oversampling`³ points.
    """
    plane = _centres(size, size, oversampling)
    heights = _centres(slices, size, oversampling).reshape(slices, oversampling)
    volume = np.zeros((slices, size, size))
    for value, a, b, c, x, y, z, turn in ellipsoids:
        cos, sin = np.cos(turn), np.sin(turn)
        wide, long = np.hypot(a * cos, b * sin), np.hypot(a * sin, b * cos)
        # Whole voxels, whose points are averaged.
        columns = _voxels(plane, x - wide, x + wide, oversampling)
        rows = _voxels(plane, -y - long, -y + long, oversampling)
        fine = slice(columns.start * oversampling, columns.stop * oversampling)
        dx = plane[fine][None, :] - x
        dy = -plane[rows.start * oversampling : rows.stop * oversampling][:, None] - y
        flat = ((dx * cos + dy * sin) / a) ** 2 + ((dy * cos - dx * sin) / b) ** 2
        for k in np.flatnonzero((np.abs(heights - z) <= c).any(axis=1)):
            filled = sum(flat + ((height - z) / c) ** 2 <= 1 for height in heights[k])
            shape = (rows.stop - rows.start, oversampling, columns.stop - columns.start)
            blocks = np.reshape(filled, (*shape, oversampling))
            volume[k, rows, columns] += value / oversampling * blocks.mean(axis=(1, 3))
    return volume


def line_integrals(
    ellipsoids: Float64Array, starts: Float64Array, ends: Float64Array
) -> Float64Array:
    """The integrals of ellipsoids (count, 8) along whole lines through two points each.

    starts, ends : (…, 3) with x, y and z, in halves of the volume's side; they broadcast. The
    result (…) is in the same unit of length.
    """
    total: Float64Array = np.zeros(np.broadcast_shapes(starts.shape, ends.shape)[:-1])
    length = np.linalg.norm(ends - starts, axis=-1)
    for value, a, b, c, x, y, z, turn in ellipsoids:
        cos, sin = np.cos(turn), np.sin(turn)
        to_ball = np.array([[cos / a, sin / a, 0], [-sin / b, cos / b, 0], [0, 0, 1 / c]])
        start = (starts - (x, y, z)) @ to_ball.T
        step = (ends - starts) @ to_ball.T
        square = np.sum(step * step, axis=-1)
        middle = np.sum(start * step, axis=-1)
        inside = middle**2 - square * (np.sum(start * start, axis=-1) - 1)
        total += value * 2 * np.sqrt(np.maximum(inside, 0)) / square * length
    return total


def _centres(count: int, size: int, oversampling: int) -> Float64Array:
    """The points of `count` voxels in a row about 0, in halves of the side of `size` voxels."""
    fine = count * oversampling
    return np.asarray((np.arange(fine) + 0.5 - fine / 2) * (2 / (size * oversampling)), np.float64)


def _voxels(centres: Float64Array, low: float, high: float, oversampling: int) -> slice:
    """The voxels of which a point lies between two places."""
    first, last = np.searchsorted(centres, (low, high)).tolist()
    return slice(first // oversampling, -(-last // oversampling))
