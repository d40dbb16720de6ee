"""The separable footprint of a voxel in a cone beam (SF-TR), and the exact transpose.

A voxel covers detector (u, v) with the product of a trapezoid across the panel's columns, whose
corners are the projections of its four upright edges, and of a rectangle along the rows, times the
length of the ray in the voxel (`joseph.ray_lengths`). Both factors are means over the detector, so
an entry of G is a mean of line integrals, as of the kernel `strip` in two dimensions.

Along z the rectangle is the mean of a column of voxels over the interval that the detector sees of
it: the difference of the column's running sum at the interval's two ends, over its length.

Threads own views when they project, and columns of voxels when they project back.

Running sums are (rows, columns, slices + 1), float64; projections are (views, columns, rows),
float32; `table` is that of `joseph`.

Source: Y. Long, J. A. Fessler and J. M. Balter, 3D forward and back-projection for X-ray CT using
separable footprints, IEEE Trans. Med. Imaging 29 (2010) 1839-1850, DOI 10.1109/TMI.2010.2050898.
"""

import numpy as np

from core.array_types import Float32Array, Float64Array
from core.projection.volume.lines import compiled


@compiled
def _rise(at: float, low: float, high: float) -> float:
    """The integral up to `at` of a ramp from 0 at `low` to 1 at `high`, and of 1 beyond it."""
    if at <= low:
        return 0.0
    if at >= high:
        return at - 0.5 * (low + high)
    return 0.5 * (at - low) * (at - low) / (high - low)


@compiled
def _footprint(
    geometry: Float64Array, row: int, column: int, detectors: int, weights: Float32Array
) -> tuple[int, int, float]:
    """The trapezoid of a column of voxels: its first detector, how many, and the depth of it.

    `weights` receives the share of each detector. Depth counts from the source, 1 at the panel.
    """
    source_column, source_row, column0, row0, step_column, step_row = geometry[:6]
    # Depth runs along the normal of the panel, and (u + ½) steps lead across it.
    to_column, to_row = column0 - source_column, row0 - source_row
    determinant = to_column * step_row - to_row * step_column
    corners = np.empty(4)
    for corner in range(4):
        x = column - source_column + (0.5 if corner & 1 else -0.5)
        y = row - source_row + (0.5 if corner & 2 else -0.5)
        depth = (x * step_row - y * step_column) / determinant
        corners[corner] = (to_column * y - to_row * x) / determinant / depth
    corners.sort()
    x, y = column - source_column, row - source_row
    depth = (x * step_row - y * step_column) / determinant
    first = int(np.floor(corners[0] + 0.5))
    last = int(np.floor(corners[3] + 0.5)) + 1
    first, last = max(first, 0), min(last, detectors)
    if last <= first:
        return 0, 0, depth
    before = 0.0
    for u in range(first, last + 1):
        edge = u - 0.5
        up = _rise(edge, corners[0], corners[1])
        down = _rise(edge, corners[2], corners[3])
        if u > first:
            weights[u - 1 - first] = np.float32(up - down - before)
        before = up - down
    return first, last - first, depth


@compiled
def project(
    sums: Float64Array,
    table: Float64Array,
    rise: float,
    lengths: Float32Array,
    out: Float32Array,
    first: int,
    last: int,
) -> None:
    """Project a volume, given by its running sums, to the views from first to last."""
    rows, columns, edges = sums.shape
    top, panel = edges - 1, out.shape[2]
    weights = np.empty(out.shape[1], np.float32)
    mean = np.empty(panel, np.float32)
    at_edges = np.empty(panel + 1, np.float64)
    for view in range(first, last):
        geometry, image = table[view], out[view]
        image[:] = np.float32(0)
        height, base = geometry[6], geometry[7]
        for row in range(rows):
            for column in range(columns):
                begin, count, depth = _footprint(geometry, row, column, out.shape[1], weights)
                if count == 0:
                    continue
                # The lower edge of panel row v is at a + b v, in running sums.
                b = depth * rise
                a = height + depth * (base - height) + 0.5 - 0.5 * b
                line = sums[row, column]
                for v in range(panel + 1):
                    at = min(max(a + b * v, 0.0), float(top))
                    k = min(np.uintp(at), np.uintp(top - 1))
                    at_edges[v] = line[k] + (at - np.float64(k)) * (line[k + np.uintp(1)] - line[k])
                scale = 1.0 / b
                for v in range(panel):
                    mean[v] = np.float32((at_edges[v + 1] - at_edges[v]) * scale)
                for n in range(count):
                    target, weight = image[begin + n], weights[n]
                    for v in range(panel):
                        target[v] += weight * mean[v]
        for u in range(out.shape[1]):
            for v in range(panel):
                image[u, v] *= lengths[view, u, v]


@compiled
def back_project(
    volume: Float32Array,
    table: Float64Array,
    rise: float,
    weighted: Float32Array,
    first: int,
    last: int,
) -> None:
    """Write the transpose of `project` into the rows of a volume from first to last.

    The volume is (rows, columns, slices), `weighted` are the projections times `lengths`.
    """
    _, columns, top = volume.shape
    views, detectors, panel = weighted.shape
    weights = np.empty(detectors, np.float32)
    mean = np.empty(panel, np.float32)
    sums = np.empty(top + 1, np.float64)
    for row in range(first, last):
        for column in range(columns):
            sums[:] = 0.0
            for view in range(views):
                geometry = table[view]
                begin, count, depth = _footprint(geometry, row, column, detectors, weights)
                if count == 0:
                    continue
                mean[:] = np.float32(0)
                for n in range(count):
                    source, weight = weighted[view, begin + n], weights[n]
                    for v in range(panel):
                        mean[v] += weight * source[v]
                height, base = geometry[6], geometry[7]
                b = depth * rise
                a = height + depth * (base - height) + 0.5 - 0.5 * b
                scale = 1.0 / b
                before = 0.0
                for v in range(panel + 1):
                    after = np.float64(mean[v]) * scale if v < panel else 0.0
                    change = before - after
                    before = after
                    at = min(max(a + b * v, 0.0), float(top))
                    k = min(np.uintp(at), np.uintp(top - 1))
                    part = (at - np.float64(k)) * change
                    sums[k] += change - part
                    sums[k + np.uintp(1)] += part
            total = 0.0
            for slice in range(top - 1, -1, -1):
                total += sums[slice + 1]
                volume[row, column, slice] = np.float32(total)
