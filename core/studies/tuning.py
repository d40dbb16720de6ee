"""The weight of a prior by the oracle: the one that gives the best image, truth in hand."""

from collections.abc import Callable

import numpy as np

STRIDE = 2.0
"""Neighbouring weights of the search differ by this factor."""

ENOUGH = 0.01
"""Improvements of less than this many dB are not followed further."""

LOW, HIGH = 1e-3, 1e3


def best_weight(
    quality: Callable[[float], float], start: float, low: float = LOW, high: float = HIGH
) -> float:
    """The weight with the greatest `quality` (dB) of those tried, on a logarithmic scale.

    Where several are as good, to within 0.01 dB, it is the greatest of them: without noise any
    small weight will do, and the smaller it is, the longer a solver needs.

    From `start` the search walks by factors of two for as long as it gets better, and then tries
    the top of the parabola through the three best, if that promises enough: SNR is smooth in the
    logarithm of the weight. The nearer the start, the fewer reconstructions; the least is three.
    """
    tried: dict[float, float] = {}

    def look(weight: float) -> float:
        if weight not in tried:
            tried[weight] = quality(weight)
        return tried[weight]

    def best() -> float:
        return max(tried, key=lambda weight: tried[weight])

    centre = float(np.clip(start, low, high))
    look(centre)
    for factor in (STRIDE, 1 / STRIDE):
        if best() != centre:
            break
        weight = centre * factor
        while low <= weight <= high and look(weight) > tried[weight / factor] + ENOUGH:
            weight *= factor
    middle = best()
    left, right = tried.get(middle / STRIDE), tried.get(middle * STRIDE)
    if left is not None and right is not None:
        shift, gain = _top(left, tried[middle], right)
        if gain > ENOUGH:
            look(middle * STRIDE**shift)
    good = tried[best()] - ENOUGH
    return max(weight for weight, reached in tried.items() if reached >= good)


def _top(left: float, middle: float, right: float) -> tuple[float, float]:
    """Where the parabola through values at −1, 0 and 1 is highest, and by how much."""
    bend, slope = left - 2 * middle + right, (right - left) / 2
    if bend >= 0:
        return 0.0, 0.0
    return float(np.clip(-slope / bend, -1, 1)), -(slope**2) / (2 * bend)
