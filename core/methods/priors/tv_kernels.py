"""Compiled loops for differences of an image and for the proximal operator of total variation.

One thread, without Python's lock, in the precision of the arrays (float32 in the laboratory,
float64 in tests). The gradient is PyLops' `Gradient(kind="forward", edge=False)`: differences to
the next row and to the next column, zero in the last row and column.

Source of the dual loop: A. Beck and M. Teboulle, Fast gradient-based algorithms for constrained
total variation image denoising and deblurring problems, IEEE Trans. Image Process. 18 (2009)
2419-2434, DOI 10.1109/TIP.2009.2028250.
"""

from typing import Any

import numba
import numpy as np

from core.array_types import AnyArray

# Sums may be reordered, so that they vectorise; infinities and NaN keep their meaning.
_compiled = numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})


@_compiled
def gradient(image: AnyArray, out: AnyArray) -> None:
    """Write the differences of `image` (rows, columns) into `out` (2, rows, columns)."""
    rows, columns = image.shape
    for i in range(rows - 1):
        here, below, down = image[i], image[i + 1], out[0, i]
        for j in range(columns):
            down[j] = below[j] - here[j]
    out[0, rows - 1] = 0
    for i in range(rows):
        here, after, right = image[i, :-1], image[i, 1:], out[1, i]
        for j in range(columns - 1):
            right[j] = after[j] - here[j]
        right[columns - 1] = 0


@_compiled
def gradient_adjoint(field: AnyArray, out: AnyArray) -> None:
    """Write the adjoint of `gradient` at `field` (2, rows, columns) into `out`."""
    rows, columns = out.shape
    for i in range(rows):
        target = out[i]
        right, left = field[1, i, 1:-1], field[1, i, :-2]
        target[0] = -field[1, i, 0]
        target[columns - 1] = field[1, i, columns - 2]
        inner = target[1:-1]
        for j in range(columns - 2):
            inner[j] = left[j] - right[j]
        if i > 0:
            above = field[0, i - 1]
            for j in range(columns):
                target[j] += above[j]
        if i < rows - 1:
            here = field[0, i]
            for j in range(columns):
                target[j] -= here[j]


@_compiled
def _primal_row(
    noisy: AnyArray,
    dual: AnyArray,
    i: int,
    gamma: Any,
    lower: Any,
    upper: Any,
    out: AnyArray,
) -> None:
    """Row i of P(noisy − γ∇ᵀdual), P the projection on [lower, upper].

    The dual is zero in the last row of its first and the last column of its second part, as a
    gradient is, so no border needs a branch of its own.
    """
    source, target = noisy[i], out[i]
    here, right = dual[0, i], dual[1, i]
    columns = source.size
    target[0] = source[0] + gamma * (here[0] + right[0])
    inner, middle, left = target[1:], source[1:], right[:-1]
    own, turn = here[1:], right[1:]
    for j in range(columns - 1):
        inner[j] = middle[j] + gamma * (own[j] + turn[j] - left[j])
    if i > 0:
        above = dual[0, i - 1]
        for j in range(columns):
            target[j] -= gamma * above[j]
    for j in range(columns):
        target[j] = min(max(target[j], lower), upper)


@_compiled
def _dual_row(
    image: AnyArray,
    dual: AnyArray,
    leading: AnyArray,
    i: int,
    ascent: Any,
    shrink: Any,
    momentum: Any,
    anisotropic: bool,
) -> None:
    """One ascent step in row i: `dual` gets the projected step from `leading`, `leading` runs on.

    `leading` is the extrapolated dual variable that the step starts from.
    """
    one = image.dtype.type(1)
    rows, columns = image.shape
    row, below = image[i], image[min(i + 1, rows - 1)]
    p0, p1, q0, q1 = dual[0, i], dual[1, i], leading[0, i], leading[1, i]
    after = row[1:]
    # The last column has no neighbour to its right: its second part stays zero.
    for j in range(columns - 1):
        a = (q0[j] + ascent * (below[j] - row[j])) * shrink
        b = (q1[j] + ascent * (after[j] - row[j])) * shrink
        if anisotropic:
            a = min(max(a, -one), one)
            b = min(max(b, -one), one)
        else:
            scale = one / max(one, np.sqrt(a * a + b * b))
            a *= scale
            b *= scale
        q0[j] = a + momentum * (a - p0[j])
        q1[j] = b + momentum * (b - p1[j])
        p0[j] = a
        p1[j] = b
    j = columns - 1
    a = (q0[j] + ascent * (below[j] - row[j])) * shrink
    a = min(max(a, -one), one)
    q0[j] = a + momentum * (a - p0[j])
    p0[j] = a


@_compiled
def sweep(
    noisy: AnyArray,
    image: AnyArray,
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
    """One step of the dual loop: `image` from `leading`, then both dual variables from `image`.

    Each row of the image is made just before the rows of the dual that need it are overwritten,
    so that everything is read once.
    """
    rows = image.shape[0]
    _primal_row(noisy, leading, 0, gamma, lower, upper, image)
    for i in range(rows):
        if i + 1 < rows:
            _primal_row(noisy, leading, i + 1, gamma, lower, upper, image)
        _dual_row(image, dual, leading, i, ascent, shrink, momentum, anisotropic)


@_compiled
def primal(
    noisy: AnyArray,
    dual: AnyArray,
    gamma: Any,
    lower: Any,
    upper: Any,
    image: AnyArray,
) -> None:
    """Write P(noisy − γ∇ᵀdual) into `image`, P the projection on [lower, upper]."""
    for i in range(image.shape[0]):
        _primal_row(noisy, dual, i, gamma, lower, upper, image)


@_compiled
def measures(
    image: AnyArray, noisy: AnyArray, dual: AnyArray, corner: Any, anisotropic: bool
) -> tuple[float, float, float]:
    """½‖image − noisy‖², Σ h(∇image) over the pixels, and Σ (dual·∇image − ½ corner |dual|²).

    h is the Huber function with this corner of |∇image|, or of the absolute differences in
    each direction; the last sum is what h would be if `dual` were its subgradient, and never
    larger while |dual| ≤ 1.
    """
    zero, half = image.dtype.type(0), image.dtype.type(0.5)
    rows, columns = image.shape
    distance, total, paired = 0.0, 0.0, 0.0
    slope = half / corner if corner > 0 else zero
    for i in range(rows):
        row, below = image[i], image[min(i + 1, rows - 1)]
        first, second, after = dual[0, i], dual[1, i], row[1:]
        row_distance, row_total, row_paired = zero, zero, zero
        source = noisy[i]
        for j in range(columns):
            change = row[j] - source[j]
            row_distance += change * change
        for j in range(columns - 1):
            a, b = below[j] - row[j], after[j] - row[j]
            if anisotropic:
                row_total += abs(a) + abs(b)
            else:
                length = np.sqrt(a * a + b * b)
                # The two branches of h without a branch: the square up to the corner, the
                # length beyond it, each minus its own constant.
                short = min(length, corner)
                row_total += short * short * slope + (length - short)
            p, q = first[j], second[j]
            row_paired += p * a + q * b - half * corner * (p * p + q * q)
        a = abs(below[columns - 1] - row[columns - 1])
        short = min(a, corner)
        p = first[columns - 1]
        row_total += short * short * slope + (a - short)
        row_paired += p * (below[columns - 1] - row[columns - 1]) - half * corner * p * p
        distance += row_distance
        total += row_total
        paired += row_paired
    return 0.5 * distance, total, paired
