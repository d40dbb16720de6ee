"""A view stands for the directions that are nearest to it; equal directions share theirs."""

import numpy as np

from core.recipes.scan import angles


def gaps_between(period: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gap in degrees behind each direction, which one is each view's, and how many share it."""
    turned = np.round(np.rad2deg(angles) % period, 6) % period
    directions, of_view, views = np.unique(turned, return_inverse=True, return_counts=True)
    return np.diff(directions, append=directions[0] + period), of_view, views


def view_cells(period: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """How far the directions reach before and after each, views that share it, and each view's.

    They are in the order of the turn, the first behind the part that no view covers, if any.
    """
    gaps, of_view, views = gaps_between(period)
    after, before = gaps / 2, np.roll(gaps / 2, 1)
    last, others = np.argmax(after), np.sort(gaps_between(360.0)[0])[:-1]
    covered = 360.0  # the widest gap that the views beside it cover
    if len(others):
        even = others[-1] <= 1.01 * others[0]
        covered = others[-1] * (1.01 if even else 2)
    if gaps[last] > covered:
        first = (last + 1) % len(after)
        after[last], before[first] = before[last], after[first]
    order = np.roll(np.arange(len(after)), -(last + 1))
    return before[order], after[order], views[order], np.argsort(order)[of_view]
