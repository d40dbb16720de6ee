"""Which axis of an array counts slices, rows, columns and colours.

NumPy and HDF5 do not say. Axes of length one say nothing and are left out; then two axes are an
image, three are slices or, with 3 or 4 values at the end, colours, and four are slices of colours.
Slices come first, unless only the first two axes are of one length: a volume of square slices with
its slices last, as NiBabel gives it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.array_types import AnyArray
from core.problem.readers.stack import check_count, check_shape

COLOURS = (3, 4)
PAIR = 2
SMALLEST_COLOURED = 5
"""Rows and columns from which on a short axis beside them is taken for colours."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How an array becomes slices.

    shape : the lengths of its axes, those of length one left out, as they lie in memory.
    kept : which axes of the array these are.
    slice_axis : the axis of `shape` that counts slices; None for one image.
    order : the axes of `shape` that are rows, columns and, where there are any, colours.
    """

    shape: tuple[int, ...]
    kept: tuple[int, ...]
    slice_axis: int | None
    order: tuple[int, ...]

    @property
    def slices(self) -> int:
        """How many slices there are."""
        return 1 if self.slice_axis is None else self.shape[self.slice_axis]

    @property
    def size(self) -> tuple[int, int, int]:
        """Slices, rows and columns."""
        return self.slices, self.shape[self.order[0]], self.shape[self.order[1]]

    def index(self, axes: int, slice: int) -> tuple[Any, ...]:
        """What picks one slice out of an array with this number of axes."""
        where: list[Any] = [0] * axes
        for place, axis in enumerate(self.kept):
            where[axis] = slice if place == self.slice_axis else np.s_[:]
        return tuple(where)

    def upright(self, plane: AnyArray) -> AnyArray:
        """One slice, its axes as in memory, as (rows, columns) or (rows, columns, colours).

        Two values a pixel are a real and an imaginary part, or grey and transparency where they
        are whole numbers without a sign.
        """
        places = [axis for axis in range(len(self.shape)) if axis != self.slice_axis]
        plane = plane.transpose([places.index(axis) for axis in self.order])
        if plane.ndim < 3 or plane.shape[2] != PAIR:
            return plane
        if plane.dtype.kind in "ub":
            return plane[..., 0]
        return np.hypot(plane[..., 0].astype(np.float64), plane[..., 1].astype(np.float64))


def layout_of(shape: Sequence[int], *, is_complex: bool = False, reverse: bool = False) -> Layout:
    """Read the axes of an array; raise `InputError` where they are no images or too large ones.

    `reverse` is for arrays whose last axis, as MATLAB keeps them, is the first that people see.
    """
    kept = _kept(shape, reverse)
    lengths = [shape[axis] for axis in kept]
    if len(lengths) not in (2, 3, 4):
        check_shape(shape)
    slice_place, order = _roles(lengths, is_complex, reverse)
    if not order:
        check_shape(shape)
    check_shape([lengths[place] for place in order[:2]])
    check_count(math.prod(lengths[place] for place in order))
    if slice_place is not None and lengths[slice_place] < 1:
        check_shape(lengths)
    memory = sorted(kept)
    places = [memory.index(axis) for axis in kept]
    return Layout(
        shape=tuple(shape[axis] for axis in memory),
        kept=tuple(memory),
        slice_axis=None if slice_place is None else places[slice_place],
        order=tuple(places[place] for place in order),
    )


def _kept(shape: Sequence[int], reverse: bool) -> list[int]:
    """The axes that say something, in the order in which people see them; at least two."""
    kept = [axis for axis, length in enumerate(shape) if length != 1]
    if len(kept) < 2 <= len(shape):
        first = min(kept[0] if kept else 0, len(shape) - 2)
        kept = [first, first + 1]
    return kept[::-1] if reverse else kept


def _roles(
    lengths: Sequence[int], is_complex: bool, reverse: bool
) -> tuple[int | None, tuple[int, ...]]:
    """The place that counts slices, and those of rows, columns and colours; () for no reading."""

    def coloured(colours: int, rows: int, columns: int, counts: Sequence[int]) -> bool:
        large = min(lengths[rows], lengths[columns]) >= SMALLEST_COLOURED
        return large and lengths[colours] in counts

    some = COLOURS if is_complex else (PAIR, *COLOURS)
    if len(lengths) == 2:
        return None, (0, 1)
    if len(lengths) == 3:
        if coloured(2, 0, 1, some):
            return None, (0, 1, 2)
        square_first = lengths[0] == lengths[1] != lengths[2]
        return (2, (0, 1)) if reverse or square_first else (0, (1, 2))
    if len(lengths) == 4:
        if reverse:
            return (3, (0, 1, 2)) if coloured(2, 0, 1, some) else (None, ())
        if coloured(3, 1, 2, some):
            return 0, (1, 2, 3)
        if coloured(1, 2, 3, COLOURS):
            return 0, (2, 3, 1)
    return None, ()
