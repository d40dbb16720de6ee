"""The closed-form weights against plain geometry: clipped polygons, clipped lines, loops."""

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.projection.engines import WeightsEngine
from core.projection.projector import make_projector
from core.projection.weights import build_weights
from tests.helpers.projected import curved_fan, fan, parallel

# Between them these scans have 8, 4, 2 and 1 symmetries, even and odd sizes, one view, rays on
# the borders of pixels, detectors that are much finer or much wider than pixels, and detectors
# that do not cover the image.
SCANS = {
    "eight symmetries": (6, parallel(4, 7, 1.0)),
    "eight, odd": (7, parallel(6, 9, 1.25)),
    "four": (6, parallel(5, 6, 1.5)),
    "two, short rows": (7, parallel(3, 3, 0.8, start=11)),
    "limited arc": (5, parallel(4, 30, arc=100, start=-33)),
    "views there twice": (6, parallel(6, 8, arc=360)),
    "some views there twice": (6, parallel(9, 8, arc=270)),
    "fine detectors": (5, parallel(5, 40, 0.15)),
    "one view": (6, parallel(1, 5)),
    "fan": (6, fan(8, 9, source=9, detector=5)),
    "fan, one symmetry": (7, fan(3, 6, source=8, detector=0, start=17)),
    "fan, one view": (6, fan(1, 7, source=20)),
    "curved fan": (6, curved_fan(8, 9, source=9, detector=5)),
    "curved fan, one symmetry": (7, curved_fan(3, 6, source=8, detector=0, start=17)),
    # The last detectors on either side reach beyond 90°, where there is nothing to see.
    "curved fan, few wide detectors": (
        6,
        curved_fan(4, 4, source=5, detector=2, start=10, detector_width=6),
    ),
}


def position(beam, angle, x, y):
    """Where the ray through (x, y) meets the detector, in pixels, from ASTRA's description."""
    across = x * np.cos(angle) + y * np.sin(angle)
    if isinstance(beam, ParallelBeam):
        return across
    depth = beam.source_origin - x * np.sin(angle) + y * np.cos(angle)
    if isinstance(beam, CurvedFanBeam):
        return np.arctan2(across, depth) * (beam.source_origin + beam.origin_detector)
    return across * (beam.source_origin + beam.origin_detector) / depth


def ray(beam, angle, s):
    """A point and a unit direction of the ray that meets the detector at `s`."""
    across = np.array([np.cos(angle), np.sin(angle)])
    along = np.array([-np.sin(angle), np.cos(angle)])
    if isinstance(beam, ParallelBeam):
        return s * across, along
    source = -beam.source_origin * along
    target = beam.origin_detector * along + s * across
    if isinstance(beam, CurvedFanBeam):
        gamma = s / (beam.source_origin + beam.origin_detector)
        target = source + np.cos(gamma) * along + np.sin(gamma) * across
    return source, (target - source) / np.linalg.norm(target - source)


def area_between(beam, angle, corners, low, high):
    """Area of the polygon `corners` where low < position < high (Sutherland and Hodgman)."""
    for edge, sign in ((low, 1), (high, -1)):
        start, direction = ray(beam, angle, edge)
        normal = sign * np.array([direction[1], -direction[0]])
        kept = []
        heights = [float((corner - start) @ normal) for corner in corners]
        for i, corner in enumerate(corners):
            if heights[i - 1] * heights[i] < 0:
                part = heights[i - 1] / (heights[i - 1] - heights[i])
                kept.append(corners[i - 1] + part * (corner - corners[i - 1]))
            if heights[i] >= 0:
                kept.append(corner)
        corners = kept
    return 0.5 * abs(
        sum(
            a[0] * b[1] - a[1] * b[0]
            for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
        )
    )


def chord(start, direction, x, y):
    """Length of a line inside the unit square around (x, y) (Liang and Barsky)."""
    low, high = -np.inf, np.inf
    for axis, centre in enumerate((x, y)):
        if abs(direction[axis]) < 1e-12:
            if abs(start[axis] - centre) > 0.5:
                return 0.0
            continue
        ends = (centre + np.array([-0.5, 0.5]) - start[axis]) / direction[axis]
        low, high = max(low, ends.min()), min(high, ends.max())
    return max(0.0, high - low)


def expected(size, beam, projector):
    middle = (size - 1) / 2
    matrix = np.zeros((beam.view_count, beam.detectors, size, size))
    edges = beam.detector_edges
    for v, angle in enumerate(beam.angles_rad):
        for i, j in np.ndindex(size, size):
            x, y = j - middle, middle - i
            for d in range(beam.detectors):
                if projector == "strip":
                    corners = [
                        np.array([x + a, y + b])
                        for a, b in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
                    ]
                    h = 1e-5
                    slope = np.hypot(
                        position(beam, angle, x + h, y) - position(beam, angle, x - h, y),
                        position(beam, angle, x, y + h) - position(beam, angle, x, y - h),
                    ) / (2 * h * beam.detector_width)
                    area = area_between(beam, angle, corners, edges[d], edges[d + 1])
                    matrix[v, d, i, j] = area * slope
                    continue
                start, direction = ray(beam, angle, (edges[d] + edges[d + 1]) / 2)
                if projector == "line":
                    # A ray on the border of two pixels is meant to be shared: the mean of two.
                    aside = 1e-9 * np.array([direction[1], -direction[0]])
                    matrix[v, d, i, j] = 0.5 * (
                        chord(start + aside, direction, x, y)
                        + chord(start - aside, direction, x, y)
                    )
                else:
                    steep = abs(direction[1]) >= abs(direction[0])
                    here, there = (0, 1) if steep else (1, 0)
                    centre = (x, y)
                    step = (centre[there] - start[there]) / direction[there]
                    off = abs(start[here] + step * direction[here] - centre[here])
                    matrix[v, d, i, j] = max(0, 1 - off) / abs(direction[there])
    return matrix.reshape(beam.view_count * beam.detectors, size * size)


@pytest.mark.parametrize(
    ("scan", "projector"),
    [(name, projector) for name, (_, beam) in SCANS.items() for projector in beam.kernels],
)
def test_weights_are_those_of_plain_geometry(scan, projector):
    size, beam = SCANS[scan]
    found = make_projector(size, beam, projector).matrix().toarray()
    # The weights are float32 and of the order of 1; the trapezoid's sides are at most 1e6 steep,
    # which moves what a ray along a pixel's border takes by about as much.
    np.testing.assert_allclose(found, expected(size, beam, projector), atol=3e-6)


@pytest.mark.parametrize(
    ("beam", "tolerance"),
    [
        (parallel(7, 40, start=3), 5e-4),
        # |∇u| is taken at the pixel's centre, 45 pixels or more from the source.
        (fan(7, 40, source=90, start=5, detector_width=3.0), 1e-3),
    ],
)
def test_a_strip_is_the_mean_of_the_lines_within_a_detector(beam, tolerance):
    size, finer = 64, 64
    image = np.random.default_rng(0).random((size, size), np.float32)
    maps = beam.projection_matrices()
    maps[:, 0] *= finer  # as many detectors in the place of one
    weights = build_weights(
        size, maps, beam.detectors * finer, "line", threads=1, limit=1e9, name="fine"
    )
    lines = WeightsEngine(weights).project(image.reshape(1, -1), threads=1)
    means = lines.reshape(beam.view_count, beam.detectors, finer).mean(axis=2)
    found = make_projector(size, beam, "strip").project(image)
    assert abs(found - means).max() < tolerance * means.max()
