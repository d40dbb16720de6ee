"""Filtered back-projection of a cone beam: the algorithm of Feldkamp, Davis and Kress.

    m(x) = Σ_β (R/L)² Q_β(R s/L, R v/L),    Q_β = h ∗ (w cos κ d_β)

s, v and L are the position of the voxel x across, above and along the central ray of view β, L
counted from the source; R is the source's distance to the axis, κ the angle of a ray to the central
one, w the weight of its ray in the plane of the source, where rays are measured twice. The filter h
runs along the rows. It is exact in that plane, and for objects that do not change along the axis.

Source: L. A. Feldkamp, L. C. Davis and J. W. Kress, Practical cone-beam algorithm, J. Opt. Soc. Am.
A 1 (1984) 612-619, DOI 10.1364/JOSAA.1.000612.
"""

from functools import partial

import numpy as np
from scipy import fft

from core.array_types import Float32Array, Float64Array, Image, Sinogram
from core.geometry.volume_beams import PointPanel
from core.methods.support.astra_fbp import frequency_response
from core.methods.support.view_weights import fan_weights
from core.projection.volume.engine import geometry_table, in_ranges
from core.projection.volume.lines import compiled, gather, inside


def cone_fbp(
    data: Sinogram, *, size: int, beam: PointPanel, filter: str, cutoff: float, threads: int
) -> Float32Array:
    """FDK of the views (views, rows, detectors) of a circular scan: a volume, float32."""
    dims = beam.image_shape(size)
    spacing = beam.detector_width / beam.magnification
    heights = (np.arange(beam.rows) - (beam.rows - 1) / 2) * beam.row_height
    sides = beam.detector_centres
    distance = beam.source_detector
    cosines = distance / np.sqrt(distance**2 + sides**2 + heights[:, None] ** 2)
    weights = np.deg2rad(fan_weights(beam.angles_deg, np.rad2deg(beam.fan_angles)))
    weighted = data * (weights[:, None] * cosines).astype(np.float32)
    filtered = filter_panel(weighted, filter, cutoff) / np.float32(2 * spacing)
    lines = np.zeros((beam.view_count, beam.detectors + 2, beam.rows + 3), np.float32)
    lines[:, 1:-1, 1:-2] = filtered.transpose(0, 2, 1)
    volume = np.empty((dims[1], dims[2], dims[0]), np.float32)
    table = geometry_table(beam, dims)
    closeness = beam.source_origin / distance
    work = partial(_back_project, lines, table, float(beam.row_height), closeness, volume)
    in_ranges(work, dims[1], threads)
    image: Image = np.ascontiguousarray(volume.transpose(2, 0, 1))
    return image


def filter_panel(data: Sinogram, filter: str, cutoff: float) -> Float32Array:
    """Filter each row of data (views, rows, detectors) as ASTRA's FBP would, float32."""
    detectors = data.shape[-1]
    _, response = frequency_response(filter, cutoff, detectors)
    padded = 2 * (len(response) - 1)
    spectrum = fft.rfft(data, padded, workers=1) * response.astype(np.float32)
    filtered: Float32Array = fft.irfft(spectrum, padded)[..., :detectors].astype(np.float32)
    return filtered


@compiled
def _back_project(
    lines: Float32Array,
    table: Float64Array,
    rise: float,
    ratio: float,
    volume: Float32Array,
    first: int,
    last: int,
) -> None:
    """Write the rows of a volume (rows, columns, slices) from first to last.

    `lines` are the filtered columns of the panel (views, detectors + 2, rows + 3), padded; `ratio`
    is the distance of the source to the axis over that to the panel.
    """
    views, padded_detectors, padded = lines.shape
    detectors, panel = padded_detectors - 2, padded - 3
    slices = volume.shape[2]
    line = np.empty(padded, np.float32)
    for row in range(first, last):
        for column in range(volume.shape[1]):
            target = volume[row, column]
            target[:] = np.float32(0)
            for view in range(views):
                source_column, source_row, column0, row0 = table[view, :4]
                step_column, step_row, height, base = table[view, 4:]
                to_column, to_row = column0 - source_column, row0 - source_row
                determinant = to_column * step_row - to_row * step_column
                x, y = column - source_column, row - source_row
                depth = (x * step_row - y * step_column) / determinant
                u = (to_column * y - to_row * x) / determinant / depth
                if u <= -1 or u >= detectors:
                    continue
                left = int(np.floor(u))
                closeness = ratio / depth
                part = u - left
                one = np.float32((1 - part) * closeness * closeness)
                other = np.float32(part * closeness * closeness)
                for v in range(padded):
                    line[v] = one * lines[view, left + 1, v] + other * lines[view, left + 2, v]
                b = 1.0 / (depth * rise)
                a = -height * b - (base - height) / rise
                begin, end = inside(a, b, slices, panel)
                gather(line, a, b, begin, end, target)
