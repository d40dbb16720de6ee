"""Joseph's projector for a cone beam, and its exact transpose.

A ray steps through the planes of voxels that it crosses most steeply in the (x, y) plane; in each
it takes the value between the four voxels around it by linear interpolation, times the length of
the ray from plane to plane. All rays to a column of the panel cross a plane at one place, so two
lines of voxels are blended once, and the rest is `lines.gather` along z.

Threads own views when they project, and planes of voxels when they project back: no two write to
the same number, and a result does not depend on how many there are.

Volumes are (rows, columns, slices + 3), padded along z (see `lines`), projections are (views,
columns, rows), both float32. `table` (views, 8) is float64, in indices of voxels: column and row of
the source, column and row of the middle of detector column 0, the steps in column and row to the
next one, and the heights of the source and of panel row 0 (slices).

Source: P. M. Joseph, An improved algorithm for reprojecting rays through pixel images, IEEE Trans.
Med. Imaging 1 (1982) 192-196, DOI 10.1109/TMI.1982.4307572.
"""

import numpy as np

from core.array_types import AnyArray, Float32Array, Float64Array
from core.projection.volume.lines import compiled, gather, inside, scatter


@compiled
def ray_lengths(table: Float64Array, rise: float, out: Float32Array, first: int, last: int) -> None:
    """Write the length of each ray from plane to plane, for the views from first to last.

    It is the ray's length over the larger of its parts along x and y.
    """
    for view in range(first, last):
        source_column, source_row, column0, row0, step_column, step_row, height, base = table[view]
        for u in range(out.shape[1]):
            across = column0 + u * step_column - source_column
            along = row0 + u * step_row - source_row
            flat = across * across + along * along
            scale = 1.0 / max(abs(across), abs(along))
            line = out[view, u]
            for v in range(out.shape[2]):
                up = base + v * rise - height
                line[v] = np.float32(np.sqrt(flat + up * up) * scale)


@compiled
def project(
    volume: Float32Array,
    table: Float64Array,
    rise: float,
    lengths: Float32Array,
    out: Float32Array,
    first: int,
    last: int,
) -> None:
    """Project a volume to the views from first to last; `rise` is the height of a panel row."""
    rows, columns, padded = volume.shape
    slices, panel = padded - 3, out.shape[2]
    line = np.empty(padded, np.float32)
    total = np.empty(panel, np.float32)
    for view in range(first, last):
        source_column, source_row, column0, row0, step_column, step_row, height, base = table[view]
        for u in range(out.shape[1]):
            across = column0 + u * step_column - source_column
            along = row0 + u * step_row - source_row
            by_columns = abs(across) >= abs(along)
            if by_columns:
                planes, lines = columns, rows
                start, step, start_line, step_line = source_column, across, source_row, along
            else:
                planes, lines = rows, columns
                start, step, start_line, step_line = source_row, along, source_column, across
            total[:] = np.float32(0)
            for plane in range(planes):
                t = (plane - start) / step
                at = start_line + t * step_line
                if at <= -1 or at >= lines:
                    continue
                left = int(np.floor(at))
                part = np.float32(at - left)
                if left < 0:
                    part_left, part_right = np.float32(0), part
                    left = 0
                    right = 0
                elif left + 1 >= lines:
                    part_left, part_right = np.float32(1) - part, np.float32(0)
                    right = left
                else:
                    part_left, part_right = np.float32(1) - part, part
                    right = left + 1
                if by_columns:
                    one, other = volume[left, plane], volume[right, plane]
                else:
                    one, other = volume[plane, left], volume[plane, right]
                for k in range(padded):
                    line[k] = part_left * one[k] + part_right * other[k]
                a, b = height + t * (base - height), t * rise
                begin, end = inside(a, b, panel, slices)
                gather(line, a, b, begin, end, total)
            for v in range(panel):
                out[view, u, v] = total[v] * lengths[view, u, v]


@compiled
def back_project(
    volume: Float32Array,
    table: Float64Array,
    rise: float,
    weighted: Float32Array,
    by_columns: bool,
    first: int,
    last: int,
) -> None:
    """Add the transpose of `project` to the planes of a volume from first to last.

    `weighted` are the projections times `lengths`. One call serves the rays that step through the
    columns, another one those that step through the rows.
    """
    rows, columns, padded = volume.shape
    slices, panel = padded - 3, weighted.shape[2]
    lines = rows if by_columns else columns
    line = np.empty(padded, np.float32)
    for plane in range(first, last):
        for view in range(weighted.shape[0]):
            source_column, source_row, column0, row0 = table[view, :4]
            step_column, step_row, height, base = table[view, 4:]
            for u in range(weighted.shape[1]):
                across = column0 + u * step_column - source_column
                along = row0 + u * step_row - source_row
                if (abs(across) >= abs(along)) != by_columns:
                    continue
                if by_columns:
                    t = (plane - source_column) / across
                    at = source_row + t * along
                else:
                    t = (plane - source_row) / along
                    at = source_column + t * across
                if at <= -1 or at >= lines:
                    continue
                a, b = height + t * (base - height), t * rise
                begin, end = inside(a, b, panel, slices)
                if begin == end:
                    continue
                left = int(np.floor(at))
                part = np.float32(at - left)
                line[:] = np.float32(0)
                scatter(line, a, b, begin, end, weighted[view, u])
                if left >= 0:
                    _add(volume, by_columns, plane, left, np.float32(1) - part, line)
                if left + 1 < lines:
                    _add(volume, by_columns, plane, left + 1, part, line)


@compiled
def _add(
    volume: AnyArray, by_columns: bool, plane: int, line: int, factor: float, values: AnyArray
) -> None:
    target = volume[line, plane] if by_columns else volume[plane, line]
    for k in range(len(values)):
        target[k] += factor * values[k]
