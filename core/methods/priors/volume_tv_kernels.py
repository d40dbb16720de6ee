"""The loops of `tv_kernels` for volumes (slices, rows, columns), shared out among threads by slice.

The functions have the names and arguments of those for images, the gradient three parts: to the
next slice, row and column. Each slice is computed by itself, and sums are added slice by slice, so
that a result does not depend on the number of threads.
"""

import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numba
import numpy as np

from core.array_types import AnyArray
from core.methods.priors import tv_kernels
from core.projection.threads import available_threads, parallel_map

_compiled = numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})

_WORTH_A_THREAD = 100_000
"""Voxels that are worth handing to another thread."""


def kernels_for(axes: int) -> Any:
    """The loops for images or for volumes."""
    return tv_kernels if axes == 2 else sys.modules[__name__]


def gradient(volume: AnyArray, out: AnyArray) -> None:
    """Write the differences of a volume into `out` (3, slices, rows, columns)."""
    _by_slices(partial(_gradient, volume, out), volume)


def gradient_adjoint(field: AnyArray, out: AnyArray) -> None:
    """Write the adjoint of `gradient` at `field` into `out` (slices, rows, columns)."""
    one = out.dtype.type(1)
    limit = out.dtype.type(np.inf)
    # What `gradient` never fills would be counted: it is 0 in a gradient, but not in any field.
    inner = field.copy()
    inner[0, -1], inner[1, :, -1], inner[2, :, :, -1] = 0, 0, 0
    zero = np.zeros_like(out)
    _by_slices(partial(_primal, zero, inner, -one, -limit, limit, out), out)


def primal(
    noisy: AnyArray, dual: AnyArray, gamma: Any, lower: Any, upper: Any, volume: AnyArray
) -> None:
    """Write P(noisy − γ∇ᵀdual) into `volume`, P the projection on [lower, upper]."""
    _by_slices(partial(_primal, noisy, dual, gamma, lower, upper, volume), volume)


def sweep(
    noisy: AnyArray,
    volume: AnyArray,
    dual: AnyArray,
    leading: AnyArray,
    gamma: Any,
    lower: Any,
    upper: Any,
    ascent: Any,
    shrink: Any,
    momentum: Any,
    anisotropic: bool,
) -> None:
    """One step of the dual loop: `volume` from `leading`, then both dual variables from it."""
    primal(noisy, leading, gamma, lower, upper, volume)
    step = partial(_dual, volume, dual, leading, ascent, shrink, momentum, anisotropic)
    _by_slices(step, volume)


def measures(
    volume: AnyArray, noisy: AnyArray, dual: AnyArray, corner: Any, anisotropic: bool
) -> tuple[float, float, float]:
    """½‖volume − noisy‖², Σ h(∇volume), and Σ (dual·∇volume − ½ corner |dual|²)."""
    sums = np.empty((len(volume), 3))
    _by_slices(partial(_measures, volume, noisy, dual, corner, anisotropic, sums), volume)
    distance, total, paired = sums.sum(axis=0).tolist()
    return 0.5 * distance, total, paired


def _by_slices(work: Callable[[int, int], None], volume: AnyArray) -> None:
    threads = min(available_threads(), len(volume), max(1, volume.size // _WORTH_A_THREAD))
    bounds = np.linspace(0, len(volume), threads + 1).astype(int).tolist()
    parallel_map(lambda piece: work(*piece), list(pairwise(bounds)))


@_compiled
def _gradient(volume: AnyArray, out: AnyArray, first: int, last: int) -> None:
    slices, rows, columns = volume.shape
    for i in range(first, last):
        for j in range(rows):
            line = volume[i, j]
            above, below = volume[min(i + 1, slices - 1), j], volume[i, min(j + 1, rows - 1)]
            up, down, right = out[0, i, j], out[1, i, j], out[2, i, j]
            for x in range(columns):
                up[x] = above[x] - line[x]
                down[x] = below[x] - line[x]
            for x in range(columns - 1):
                right[x] = line[x + 1] - line[x]
            right[columns - 1] = 0


@_compiled
def _primal(
    noisy: AnyArray,
    dual: AnyArray,
    gamma: Any,
    lower: Any,
    upper: Any,
    volume: AnyArray,
    first: int,
    last: int,
) -> None:
    """The slices of P(noisy − γ∇ᵀdual); dual is zero at the far borders, as a gradient is."""
    _, rows, columns = volume.shape
    for i in range(first, last):
        for j in range(rows):
            source, target = noisy[i, j], volume[i, j]
            up, down, right = dual[0, i, j], dual[1, i, j], dual[2, i, j]
            for x in range(columns):
                target[x] = source[x] + gamma * (up[x] + down[x] + right[x])
            for x in range(1, columns):
                target[x] -= gamma * right[x - 1]
            if j > 0:
                above = dual[1, i, j - 1]
                for x in range(columns):
                    target[x] -= gamma * above[x]
            if i > 0:
                before = dual[0, i - 1, j]
                for x in range(columns):
                    target[x] -= gamma * before[x]
            for x in range(columns):
                target[x] = min(max(target[x], lower), upper)


@_compiled
def _dual(
    volume: AnyArray,
    dual: AnyArray,
    leading: AnyArray,
    ascent: Any,
    shrink: Any,
    momentum: Any,
    anisotropic: bool,
    first: int,
    last: int,
) -> None:
    one = volume.dtype.type(1)
    slices, rows, columns = volume.shape
    right = np.zeros(columns, volume.dtype)
    for i in range(first, last):
        for j in range(rows):
            line = volume[i, j]
            above, below = volume[min(i + 1, slices - 1), j], volume[i, min(j + 1, rows - 1)]
            for x in range(columns - 1):
                right[x] = line[x + 1] - line[x]
            p0, p1, p2 = dual[0, i, j], dual[1, i, j], dual[2, i, j]
            q0, q1, q2 = leading[0, i, j], leading[1, i, j], leading[2, i, j]
            for x in range(columns):
                a = (q0[x] + ascent * (above[x] - line[x])) * shrink
                b = (q1[x] + ascent * (below[x] - line[x])) * shrink
                c = (q2[x] + ascent * right[x]) * shrink
                if anisotropic:
                    a = min(max(a, -one), one)
                    b = min(max(b, -one), one)
                    c = min(max(c, -one), one)
                else:
                    scale = one / max(one, np.sqrt(a * a + b * b + c * c))
                    a *= scale
                    b *= scale
                    c *= scale
                q0[x] = a + momentum * (a - p0[x])
                q1[x] = b + momentum * (b - p1[x])
                q2[x] = c + momentum * (c - p2[x])
                p0[x] = a
                p1[x] = b
                p2[x] = c


@_compiled
def _measures(
    volume: AnyArray,
    noisy: AnyArray,
    dual: AnyArray,
    corner: Any,
    anisotropic: bool,
    sums: AnyArray,
    first: int,
    last: int,
) -> None:
    zero, half = volume.dtype.type(0), volume.dtype.type(0.5)
    slope = half / corner if corner > 0 else zero
    slices, rows, columns = volume.shape
    right = np.zeros(columns, volume.dtype)
    for i in range(first, last):
        distance, total, paired = 0.0, 0.0, 0.0
        for j in range(rows):
            line, source = volume[i, j], noisy[i, j]
            above, below = volume[min(i + 1, slices - 1), j], volume[i, min(j + 1, rows - 1)]
            p, q, r = dual[0, i, j], dual[1, i, j], dual[2, i, j]
            row_distance, row_total, row_paired = zero, zero, zero
            for x in range(columns - 1):
                right[x] = line[x + 1] - line[x]
            for x in range(columns):
                change = line[x] - source[x]
                row_distance += change * change
                a, b, c = above[x] - line[x], below[x] - line[x], right[x]
                if anisotropic:
                    row_total += abs(a) + abs(b) + abs(c)
                else:
                    length = np.sqrt(a * a + b * b + c * c)
                    short = min(length, corner)
                    row_total += short * short * slope + (length - short)
                row_paired += p[x] * a + q[x] * b + r[x] * c
                row_paired -= half * corner * (p[x] * p[x] + q[x] * q[x] + r[x] * r[x])
            distance += row_distance
            total += row_total
            paired += row_paired
        sums[i, 0], sums[i, 1], sums[i, 2] = distance, total, paired
