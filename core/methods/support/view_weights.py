"""How much each measured ray counts: its part of the turn, shared where rays are measured twice.

A view stands for the directions that are nearer to it than to any other view, so the views may be
unevenly spaced and in any order. A scanner that turns by more than 180° (a fan beam: by more than
180° plus its opening) measures rays again from the other side. Each pair of opposite rays must
count as one, and within a view the share must pass smoothly from the one to the other: the ramp
filter would sharpen a sudden change.

Source: F. Noo, M. Defrise, R. Clackdoyle and H. Kudo, Image reconstruction from fan-beam
projections on less than a short scan, Phys. Med. Biol. 47 (2002) 2525-2546,
DOI 10.1088/0031-9155/47/14/311, equations 31 and 32; here integrated over the directions that a
view stands for, so that the weights add up to half a turn however few the views are.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array

SMOOTHED_DEG = 10.0
SAMPLED_DEG = 0.5
"""The integrals over the directions of a view take a sample at least every half degree."""

EVEN = 0.01
"""Gaps between views that differ by less than this part count as equal."""


def parallel_weights(angles_deg: Float64Array) -> Float64Array:
    """The weight in degrees of each view of a parallel beam, (angles,).

    Opposite views share their directions. The weights add up to 180, or to as much of it as the
    views cover.
    """
    cells = _find_cells(angles_deg, 180.0)
    return np.asarray((cells.before + cells.after) / cells.views)[cells.of_view]


def fan_weights(angles_deg: Float64Array, fan_deg: Float64Array) -> Float64Array:
    """The weight in degrees of each ray of a fan beam, (angles, detectors).

    `fan_deg` (detectors,) is the angle between each ray and the central one. The weights of a
    detector and of its mirror image add up to 360 where all their lines are measured.
    """
    cells = _find_cells(angles_deg, 360.0)
    width = cells.before + cells.after
    begin, arc = np.cumsum(width) - width, float(width.sum())
    weights = np.empty((len(width), len(fan_deg)))
    for cell in range(len(width)):
        count = int(np.ceil(width[cell] / SAMPLED_DEG))
        turned = (begin[cell] + (np.arange(count) + 0.5) / count * width[cell])[:, None]
        own = _presence(turned, arc)
        opposite = _presence((turned + 180 - 2 * fan_deg) % 360, arc)
        weights[cell] = width[cell] * np.mean(own / (own + opposite), axis=0)
    return np.asarray(weights / cells.views[:, None])[cells.of_view]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cells:
    """The different directions of some views, in the order of the turn, and what is nearest.

    `before` and `after` (directions,) are how far each cell reaches, in degrees; the first cell
    follows the part of the turn that no view covers, if any. `views` (directions,) says how many
    views share a direction, `of_view` (angles,) which direction is each view's.
    """

    before: Float64Array
    after: Float64Array
    views: NDArray[np.intp]
    of_view: NDArray[np.intp]


def _find_cells(angles_deg: Float64Array, period: float) -> _Cells:
    directions, of_view, views = _directions(angles_deg, period)
    after = _gaps(directions, period) / 2
    before = np.roll(after, 1)
    last = int(np.argmax(after))
    if 2 * after[last] > _widest_bridged(angles_deg):
        # Nothing was measured there, and the views beside it reach as far out as inwards.
        first = (last + 1) % len(after)
        after[last], before[first] = before[last], after[first]
    order = np.roll(np.arange(len(after)), -(last + 1))
    position = np.argsort(order)
    return _Cells(
        before=before[order], after=after[order], views=views[order], of_view=position[of_view]
    )


def _widest_bridged(angles_deg: Float64Array) -> float:
    """The widest gap in degrees that still counts as covered by the views beside it.

    Evenly spaced views bridge no more than their spacing, so that a limited arc gives its part
    and no more. Uneven ones bridge up to twice the widest of their other gaps.
    """
    directions, _, _ = _directions(angles_deg, 360.0)
    others = np.sort(_gaps(directions, 360.0))[:-1]
    if not len(others):
        return 360.0
    narrowest, widest = float(others[0]), float(others[-1])
    return widest * (1 + EVEN) if widest <= narrowest * (1 + EVEN) else 2 * widest


def _directions(angles_deg: Float64Array, period: float) -> Any:
    """The different directions, which of them is each view's, and how many views each has."""
    turned = np.round(np.asarray(angles_deg, np.float64) % period, 6) % period
    return np.unique(turned, return_inverse=True, return_counts=True)


def _gaps(directions: Float64Array, period: float) -> Float64Array:
    """From each direction to the next one, around the circle."""
    return np.diff(directions, append=directions[0] + period)


def _presence(turned: Float64Array, arc_deg: float) -> Float64Array:
    """1 inside the arc, 0 outside, with a smooth rise and fall at its ends."""
    if arc_deg >= 360 - 1e-3:
        return np.ones_like(turned)
    smoothed = min(SMOOTHED_DEG, arc_deg / 2)
    to_the_nearest_end = np.minimum(turned, arc_deg - turned)
    inside = np.clip(to_the_nearest_end / smoothed, 0, 1)
    return np.asarray(np.sin(np.pi / 2 * inside) ** 2)
