"""The compiled loops of the fast projector.

`weights` are stored by pixel, as a sparse matrix in compressed rows: pixel q is seen by the rays
`rays[starts[q]:starts[q + 1]]` with the weights beside them. Pixels, rays and entries count in
unsigned integers; the columns of an array of lanes are the images (or sinograms) of a batch,
each in all the orientations that the symmetry allows.

Every kernel works on the pixels or rays `first <= index < last` and touches nothing else, so
that threads can share a product; all of them release the GIL.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from core.projection.simd import load, multiply_add, store, zeros

LANES = (1, 2, 4, 8, 16)
"""The widths for which kernels exist; 16 float32 fill one AVX-512 register."""

_ONE = np.uintp(1)
_TWO = np.uintp(2)


@njit(nogil=True, cache=True)
def fold(orbits: Any, sources: Any, lanes: Any, first: int, last: int) -> None:
    """Gather lanes[m − first, b·H + h] = sources[b, orbits[m, h]] for m from first to last."""
    for b in range(sources.shape[0]):
        source = sources[b]
        lane = b * orbits.shape[1]
        for m in range(first, last):
            for h in range(orbits.shape[1]):
                lanes[m - first, lane + h] = source[orbits[m, h]]


@njit(nogil=True, cache=True)
def unfold(orbits: Any, lanes: Any, targets: Any, first: int, last: int) -> None:
    """Add lanes[m − first, b·H + h] to targets[b, orbits[m, h]]: the transpose of `fold`."""
    for b in range(targets.shape[0]):
        target = targets[b]
        lane = b * orbits.shape[1]
        for m in range(first, last):
            for h in range(orbits.shape[1]):
                target[orbits[m, h]] += lanes[m - first, lane + h]


class Kernels(NamedTuple):
    """The two products with the weights for one number of lanes.

    `spread(starts, rays, weights, pixels, sinogram, first, last)` adds what the pixels send to
    their rays, `collect` (same arguments) sets the pixels to what they receive from them.
    """

    spread: Callable[..., None]
    collect: Callable[..., None]


@cache
def kernels(count: int) -> Kernels:
    """Return the kernels for `count` lanes; they are compiled when they are first called."""

    @njit(nogil=True, cache=True)
    def spread(
        starts: Any, rays: Any, weights: Any, pixels: Any, sinogram: Any, first: Any, last: Any
    ) -> None:
        for q in range(first, last):
            pixel = load(pixels, q - first, count)
            for k in range(starts[q], starts[q + 1]):
                ray = rays[k]
                store(sinogram, ray, multiply_add(load(sinogram, ray, count), weights[k], pixel))

    @njit(nogil=True, cache=True)
    def collect(
        starts: Any, rays: Any, weights: Any, pixels: Any, sinogram: Any, first: Any, last: Any
    ) -> None:
        for q in range(first, last):
            # Two sums, so that one addition need not wait for the one before it.
            even = zeros(count)
            odd = zeros(count)
            begin = starts[q]
            end = starts[q + 1]
            paired = begin + ((end - begin) // _TWO) * _TWO
            for k in range(begin, paired, _TWO):
                even = multiply_add(even, weights[k], load(sinogram, rays[k], count))
                odd = multiply_add(odd, weights[k + _ONE], load(sinogram, rays[k + _ONE], count))
            if paired < end:
                even = multiply_add(even, weights[paired], load(sinogram, rays[paired], count))
            store(pixels, q - first, multiply_add(even, np.float32(1), odd))

    return Kernels(spread, collect)
