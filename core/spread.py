"""Mean and standard deviation of values that are a sample: of slices, of places, of people."""

import math
from collections.abc import Iterable

import numpy as np

Spread = tuple[float, float]
"""A mean and a standard deviation."""


def spread_of(values: Iterable[float]) -> Spread:
    """Mean and standard deviation, with n − 1, of numbers in one unit.

    One value has no deviation, and none have no mean: NaN.
    """
    array = np.asarray(list(values), np.float64)
    if not array.size:
        return math.nan, math.nan
    return float(array.mean()), float(array.std(ddof=1)) if array.size > 1 else math.nan


def spread_over_groups(values: Iterable[tuple[str, float]]) -> Spread:
    """Mean and deviation over the means of groups, each of which counts once.

    `values` are the names of groups, such as people, with a number each.
    """
    groups: dict[str, list[float]] = {}
    for name, value in values:
        groups.setdefault(name, []).append(value)
    return spread_of(float(np.mean(group)) for group in groups.values())
