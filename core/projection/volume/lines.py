"""The inner loops of all three-dimensional kernels: linear interpolation along one line.

For a source on a circle or a helix all rays to one column of the panel lie in a plane that holds
the direction of the axis. So whatever happens across it is computed once for the column, and along
z a line of voxels and a line of detectors are two evenly spaced grids, one a scaled copy of the
other: sample v of the one is at a + b·v of the other.

Lines are padded: entry k + 1 of an array is sample k, with a 0 before the first and two behind the
last, so that interpolation at the border needs no branch.
"""

from math import ceil

import numba
import numpy as np

from core.array_types import AnyArray

compiled = numba.njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz"})
"""Sums may be reordered and fused; infinities and NaN keep their meaning."""


@compiled
def inside(a: float, b: float, count: int, length: int) -> tuple[int, int]:
    """The range of v among `count` with −1 < a + b·v < length, b > 0."""
    first = min(max(0, ceil((-1.0 - a) / b)), count)
    last = min(max(first, ceil((length - a) / b)), count)
    while first < last and a + b * first < -1.0:
        first += 1
    while first < last and a + b * (last - 1) >= length:
        last -= 1
    return first, last


@compiled
def gather(line: AnyArray, a: float, b: float, first: int, last: int, out: AnyArray) -> None:
    """Add to out[v] the padded `line` at a + b·v, for v from first to last."""
    start = a + 1.0
    for v in range(first, last):
        at = start + b * v
        k = np.uintp(at)
        part = np.float32(at - np.float64(k))
        here = line[k]
        out[v] += here + part * (line[k + np.uintp(1)] - here)


@compiled
def scatter(line: AnyArray, a: float, b: float, first: int, last: int, values: AnyArray) -> None:
    """The transpose of `gather`: add values[v] to the padded `line` around a + b·v."""
    start = a + 1.0
    for v in range(first, last):
        at = start + b * v
        k = np.uintp(at)
        part = np.float32(at - np.float64(k)) * values[v]
        line[k] += values[v] - part
        line[k + np.uintp(1)] += part
