"""Which edges of an image a scanner sees, and where a limited scan draws streaks.

A ray shows an edge that it touches: an edge at x with the normal ξ is visible if a measured ray
passes through x with ξ as its own normal, (x, ξ) ∈ WF(m) and x on the ray, ξ ⟂ ray. Data on other
rays change smoothly as the edge moves, so no method finds it back from them. Where the measured
rays end, back-projection adds streaks: along each ray of the end that touches an edge.

Angles are those of `core.geometry.beams.base`, of normals modulo 180°; positions are in pixels from
the axis.

Sources: E. T. Quinto, Singularities of the X-ray transform and limited data tomography in R² and
R³, SIAM J. Math. Anal. 24 (1993) 1215-1225, DOI 10.1137/0524069; J. Frikel and E. T. Quinto,
Characterization and reduction of artifacts in limited angle tomography, Inverse Problems 29 (2013)
125007, DOI 10.1088/0266-5611/29/12/125007.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter

from core.array_types import Float64Array, FloatArray
from core.geometry.beams import Beam

BLUR = 1.0
"""Standard deviation in pixels of the Gaussian whose derivatives find the edges."""

WEAKEST = 0.08
"""Gradients below this share of the largest count as no edge."""

APART = 3
"""Streaks of one direction lie at least this many pixels apart."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Edges:
    """Pixels with an edge; all arrays are (edges,).

    `row`, `column` are its pixel, `x`, `y` its position, `normal_deg` the direction of its gradient
    in [0, 180), and `strength` the size of the gradient, per pixel.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    x: Float64Array
    y: Float64Array
    normal_deg: Float64Array
    strength: Float64Array


@dataclass(frozen=True, kw_only=True, eq=False)
class NearestRays:
    """The measured ray nearest in direction through each of some points; arrays are (points,).

    `miss_deg` is the angle between its normal and the wanted one, 90 where no ray is measured;
    `normal_deg` is the normal of that ray.
    """

    miss_deg: Float64Array
    normal_deg: Float64Array


def find_edges(image: FloatArray) -> Edges:
    """Find the edges of an image (size, size)."""
    up, right = _gradient(image)
    size = np.hypot(right, up)
    row, column = np.nonzero(size > WEAKEST * (size.max() or 1.0))
    middle = (image.shape[0] - 1) / 2
    normal = np.rad2deg(np.arctan2(up[row, column], right[row, column]))
    return Edges(
        row=row,
        column=column,
        x=column - middle,
        y=middle - row,
        normal_deg=normal % 180,
        strength=size[row, column],
    )


def nearest_rays(
    beam: Beam, x: Float64Array, y: Float64Array, normal_deg: Float64Array
) -> NearestRays:
    """Through each point (points,), find the measured ray whose normal is nearest to the one given.

    The normal of a ray is the gradient of the position on the detectors, which is the same along
    the whole ray; this holds for any beam.
    """
    points = np.stack([x, y, np.ones_like(x)])
    miss = np.full(len(x), 90.0)
    nearest = np.array(normal_deg, np.float64)
    for above_map, below_map in beam.projection_matrices():
        above, below = above_map @ points, below_map @ points
        index = above / below
        if beam.bend:
            index = np.arctan(index) / beam.bend + beam.detectors / 2
        across, up = (above_map[axis] * below - below_map[axis] * above for axis in (0, 1))
        normal = np.rad2deg(np.arctan2(up, across)) % 180
        angle = np.abs((normal - normal_deg + 90) % 180 - 90)
        closer = (angle < miss) & (index >= 0) & (index <= beam.detectors)
        miss[closer], nearest[closer] = angle[closer], normal[closer]
    return NearestRays(miss_deg=miss, normal_deg=nearest)


def streaks(
    beam: Beam, edges: Edges, tolerance_deg: float, most: int
) -> tuple[tuple[float, float], ...]:
    """Predict the strongest streaks: up to `most` lines (normal in degrees, offset in pixels).

    A line x cos α + y sin α = s is a streak where it touches an edge at the end of what is
    measured: rays with its direction are, and rays turned a little to one side are not.
    """
    rays = nearest_rays(beam, edges.x, edges.y, edges.normal_deg)
    seen = rays.miss_deg <= tolerance_deg
    beyond = np.zeros_like(seen)
    for turn in (-2 * tolerance_deg, 2 * tolerance_deg):
        turned = nearest_rays(beam, edges.x, edges.y, (edges.normal_deg + turn) % 180)
        beyond |= turned.miss_deg > tolerance_deg
    end = seen & beyond
    normal = np.rint(rays.normal_deg[end]).astype(int)
    radians = np.deg2rad(rays.normal_deg[end])
    offset = edges.x[end] * np.cos(radians) + edges.y[end] * np.sin(radians)
    # A normal of 180° is one of 0° with the other sign of the offset.
    offset = np.where(normal == 180, -offset, offset)
    reach = int(np.ceil(np.abs(offset).max(initial=0))) + 1
    weight = np.zeros((180, 2 * reach + 1))
    np.add.at(weight, (normal % 180, np.rint(offset).astype(int) + reach), edges.strength[end])
    peak = (weight > 0) & (weight == maximum_filter(weight, (5, 2 * APART + 1), mode="constant"))
    order = np.argsort(-weight[peak], kind="stable")[:most]
    return tuple((float(angle), float(place - reach)) for angle, place in np.argwhere(peak)[order])


def kept(image: FloatArray, edges: Edges, truth: FloatArray) -> Float64Array:
    """How much of each edge of the truth an image has: (edges,), 1 where it is as steep.

    It is the derivative along the true gradient, as a share of the true one.
    """
    (up, right), (true_up, true_right) = _gradient(image), _gradient(truth)
    along = up * true_up + right * true_right
    square = np.square(edges.strength)
    share: Float64Array = along[edges.row, edges.column] / square
    return share


def _gradient(image: FloatArray) -> tuple[Float64Array, Float64Array]:
    """The derivatives upwards and to the right of the slightly blurred image."""
    values = np.asarray(image, np.float64)
    down, right = (gaussian_filter(values, BLUR, order=order) for order in ((1, 0), (0, 1)))
    return -down, right
