"""What one pixel contributes to each ray, in closed form, compiled.

Seen from the direction normal to a ray, a unit pixel is a trapezoid: as tall as the chord that
the ray cuts from the pixel, with the area 1. With n = (n_x, n_y) the ray's unit normal, t the
distance of the pixel's centre from the ray, a and b the larger and the smaller of |n_x|, |n_y|:

- `line`: the chord, min(1/a, (h − |t|)/(a b)) for |t| < h = (a + b)/2, the trapezoid itself;
- `strip`: the area between the two edges of the detector, a difference of the trapezoid's
  integral, times |∇u|, the number of detectors per pixel length at the pixel. By the coarea
  formula this is the mean of the line integrals over the detector's width. For parallel rays
  |∇u| is 1/width; for a fan it is taken at the pixel's centre, for ASTRA on the detector's
  central ray (on average the same). On a curved row, where u = γ / bend + const, it is
  |∇ tan γ| cos² γ / bend;
- `linear`: interpolation between the two pixels next to the ray in each row or column, max(0,
  1 − |t|/a)/a (Joseph, IEEE Trans. Med. Imaging 1, 192–196, 1982, doi:10.1109/TMI.1982.4307572).

A ray that runs along the border between two pixels gets half from each.

The bend of a straight row is None here, so that Numba compiles loops of their own for it, without
the tangents.
"""

import math
from typing import Any

import numpy as np
from numba import njit

STRIP, LINE, LINEAR = 0, 1, 2

# The trapezoid's sides are never steeper than this; then its integral and its height have limits
# at the border of a pixel, and rounding of the angles does not decide who gets the ray.
_STEEPEST = 1e-6

# An edge of a detector further aside than this angle, just under 90°, sees no pixel any more.
_WIDEST = 1.57


@njit(cache=True, error_model="numpy")
def _area(t: float, a: float, b: float) -> float:
    """The pixel's area at a distance of less than `t` from its centre, signed."""
    reach = 0.5 * (a + b)
    if t >= reach:
        return 0.5
    if t <= -reach:
        return -0.5
    distance = abs(t)
    if distance <= 0.5 * (a - b):
        return t / a
    half = 0.5 - (reach - distance) ** 2 / (2 * a * b)
    return half if t > 0 else -half


@njit(cache=True, error_model="numpy")
def _chord(t: float, a: float, b: float) -> float:
    return max(0.0, min(1 / a, (0.5 * (a + b) - abs(t)) / (a * b)))


@njit(cache=True, error_model="numpy")
def _interpolation(t: float, a: float) -> float:
    return max(0.0, (1 - abs(t) / a) / a)


@njit(cache=True, error_model="numpy")
def _normal(view: Any, u: float) -> tuple[float, float, float]:
    """Larger and smaller part of the unit normal to the ray at `u`, and the normal's length."""
    x = abs(view[0, 0] - u * view[1, 0])
    y = abs(view[0, 1] - u * view[1, 1])
    length = math.sqrt(x * x + y * y)
    return max(x, y) / length, max(min(x, y) / length, _STEEPEST), length


@njit(cache=True, error_model="numpy")
def _quotient(u: float, detectors: int, bend: float | None) -> float:
    """What a view's map gives on the ray at `u`: `u` itself, or the tangent of the ray's angle."""
    if bend is None:
        return u
    return math.tan(min(max((u - 0.5 * detectors) * bend, -_WIDEST), _WIDEST))


@njit(cache=True, error_model="numpy")
def _detectors(
    view: Any, x: float, y: float, kind: int, detectors: int, bend: float | None
) -> tuple[int, int]:
    """First and last + 1 of the detectors whose rays touch the pixel at (x, y)."""
    low, high = math.inf, -math.inf
    for corner in range(4):
        # The corners of the square; interpolation reaches to the neighbours' centres.
        side = 1.0 if corner & 1 else -1.0
        if kind == LINEAR:
            dx, dy = (side, 0.0) if corner & 2 else (0.0, side)
        else:
            dx, dy = 0.5 * side, (0.5 if corner & 2 else -0.5)
        above = view[0, 0] * (x + dx) + view[0, 1] * (y + dy) + view[0, 2]
        below = view[1, 0] * (x + dx) + view[1, 1] * (y + dy) + view[1, 2]
        low = min(low, above / below)
        high = max(high, above / below)
    if bend is not None:
        low = math.atan(low) / bend + 0.5 * detectors
        high = math.atan(high) / bend + 0.5 * detectors
    if kind != STRIP:  # the ray of detector j runs at u = j + ½
        margin = _STEEPEST * (high - low)
        low, high = low - 0.5 - margin, high + 0.5 + margin
        return max(0, math.ceil(low)), min(detectors, math.floor(high))
    return max(0, math.floor(low)), min(detectors, math.ceil(high))


@njit(nogil=True, cache=True, error_model="numpy")
def count_rays(
    maps: Any, pixels: Any, kind: int, detectors: int, bend: float | None, counts: Any
) -> None:
    """Set `counts[q]` to the number of rays that see the pixel at `pixels[q]` = (x, y)."""
    for q in range(pixels.shape[0]):
        total = 0
        for v in range(maps.shape[0]):
            first, last = _detectors(maps[v], pixels[q, 0], pixels[q, 1], kind, detectors, bend)
            total += max(0, last - first)
        counts[q] = total


@njit(nogil=True, cache=True, error_model="numpy")
def weigh_rays(
    maps: Any,
    pixels: Any,
    share: Any,
    kind: int,
    detectors: int,
    bend: float | None,
    starts: Any,
    rays: Any,
    weights: Any,
) -> None:
    """Fill `rays` and `weights` of the pixels at `starts`; `share[q]` multiplies the weights."""
    for q in range(pixels.shape[0]):
        x = pixels[q, 0]
        y = pixels[q, 1]
        k = starts[q]
        for v in range(maps.shape[0]):
            view = maps[v]
            first, last = _detectors(view, x, y, kind, detectors, bend)
            if first >= last:
                continue
            above = view[0, 0] * x + view[0, 1] * y + view[0, 2]
            below = view[1, 0] * x + view[1, 1] * y + view[1, 2]
            here = above / below
            density = _normal(view, here)[2] / below
            if bend is not None:
                density /= (1 + here * here) * bend
            edge = _quotient(first, detectors, bend)
            a, b, length = _normal(view, edge)
            before = _area((edge * below - above) / length, a, b)
            fan = view[1, 0] != 0 or view[1, 1] != 0
            for detector in range(first, last):
                u = _quotient(detector + (1.0 if kind == STRIP else 0.5), detectors, bend)
                if fan:  # parallel rays have one normal
                    a, b, length = _normal(view, u)
                t = (u * below - above) / length
                if kind == STRIP:
                    area = _area(t, a, b)
                    weight = (area - before) * density
                    before = area
                elif kind == LINE:
                    weight = _chord(t, a, b)
                else:
                    weight = _interpolation(t, a)
                rays[k] = v * detectors + detector
                weights[k] = weight * share[q]
                k += np.uintp(1)
