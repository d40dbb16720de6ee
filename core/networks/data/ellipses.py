"""Random ellipses as two published benchmarks draw them, to the last pixel.

Both take their raster from ODL's `ellipsoid_phantom`: the centres of the outermost pixels, not
their edges, lie at ±1, and a pixel belongs to an ellipse when its centre does. An ellipse is
(value, a, b, x, y, φ) as in `core.problem.phantoms`.

Sources: J. Adler and O. Öktem (2017), doi:10.1088/1361-6420/aa9581, whose ellipses gather in the
middle and are mostly bright; the same (2018), doi:10.1109/TMI.2018.2799231, whose ellipses are
everywhere and as often dark as bright; J. Leuschner, M. Schmidt and
D. Erzmann, DIVal (2019), `EllipsesDataset`, as used by D. O. Baguer, J. Leuschner and M. Schmidt
(2020), doi:10.1088/1361-6420/aba415.
"""

from functools import lru_cache
from math import ceil, cos, floor, hypot, sin

import numpy as np
from numba import njit

from core.array_types import Float64Array, Image
from core.problem.phantoms import random_ellipses

Ellipses = Float64Array

SEEDS = {"training": 42, "validation": 2, "test": 1}
"""Of DIVal's phantoms."""

MOST_ELLIPSES, MEAN_ELLIPSES = 70, 40

ADLER_OEKTEM: dict[int, dict[str, float]] = {
    2017: {"mean": 100, "dark": 0.3, "strength": 0.3, "reach": 0.5},
    2018: {},
}
"""What their works ask of random ellipses; the later one is what is usual here."""

LENGTH = 32_000
"""Training images of DIVal; its stream is longer, but published networks stop here."""


def draw(ellipses: Ellipses, size: int) -> Image:
    """Draw ellipses (count, 6) into an image (size, size), y upwards; overlaps add up.

    Added up in single precision and in order, as ODL does, so that what cancels there cancels
    here, and what does not does not.
    """
    image = np.zeros((size, size), np.float32)
    _add(image, ellipses)
    return image


@njit(cache=True, nogil=True)
def _add(image: Image, ellipses: Ellipses) -> None:
    last = image.shape[0] - 1
    for index in range(ellipses.shape[0]):
        value, a, b, x, y, turn = ellipses[index]
        c, s = cos(turn), sin(turn)
        wide, high = hypot(a * c, b * s), hypot(a * s, b * c)
        # One pixel more on each side than the box has, against rounding.
        left = max(0, ceil((x - wide + 1) / 2 * last) - 1)
        right = min(last, floor((x + wide + 1) / 2 * last) + 1)
        top = max(0, ceil((1 - y - high) / 2 * last) - 1)
        bottom = min(last, floor((1 - y + high) / 2 * last) + 1)
        along, across = 1 / a**2, 1 / b**2
        for row in range(top, bottom + 1):
            dy = 1 - 2 * row / last - y
            for column in range(left, right + 1):
                dx = 2 * column / last - 1 - x
                if (c * dx + s * dy) ** 2 * along + (c * dy - s * dx) ** 2 * across <= 1:
                    image[row, column] += np.float32(value)


def adler_oektem_phantom(random: np.random.Generator, size: int, year: int) -> Image:
    """A training phantom (size, size) of Adler & Öktem 2017 or 2018; its values are not scaled."""
    return draw(random_ellipses(random, **ADLER_OEKTEM[year]), size)


def dival_phantom(ellipses: Ellipses, size: int) -> Image:
    """An image (size, size) of DIVal: all but the empty background shifted and scaled to [0, 1]."""
    image = draw(ellipses, size)
    image[image != 0] -= image.min()
    image /= image.max()
    return image


@lru_cache(maxsize=4)
def dival_ellipses(part: str, count: int) -> tuple[Ellipses, ...]:
    """The ellipses of the first `count` images of a part of DIVal, in its order.

    `part` is "training", "validation" or "test". The stream can only be read from its start: all
    32 000 training images take about two seconds, and 60 MB.
    """
    random = np.random.RandomState(SEEDS[part])
    return tuple(_next_ellipses(random) for _ in range(count))


def _next_ellipses(random: np.random.RandomState) -> Ellipses:
    """Draw one image's ellipses; all 70 are drawn, and the first Poisson(40) of them count."""
    most = MOST_ELLIPSES
    columns = [
        random.uniform(-0.4, 1.0, most),
        0.2 * random.exponential(1.0, most),
        0.2 * random.exponential(1.0, most),
        random.uniform(-0.9, 0.9, most),
        random.uniform(-0.9, 0.9, most),
        random.uniform(0.0, 2 * np.pi, most),
    ]
    return np.column_stack(columns)[: random.poisson(MEAN_ELLIPSES)]
