"""One slice of a file as a grey image of a useful size."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.array_types import AnyArray, Float32Array, Float64Array
from core.errors import InputError, require_number
from core.problem.readers import Source, Stack, open_stack
from core.problem.readers.choice import MOST_NAMED
from core.problem.resample import block_means, unit_range

LARGEST_SIDE = 1024
"""Pixels of a larger image are averaged when it is opened: no scan uses more than 512."""

_LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue, as in ITU-R BT.601


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Slice `index` of a file, counted from 0, and what else the file holds.

    kind : the format of the file.
    dataset : the name of the array in the file, "" where the format has one only.
    shape : (slices, rows, columns) of the array.
    arrays : the arrays of the file that can be read, with their shapes; empty where it has one.
    outside : the share of the pixels that are not numbers, and are 0 for lying outside the object.
    pixels : (rows, columns), float32, in [0, 1], at most `LARGEST_SIDE` long.
    """

    kind: str
    dataset: str
    shape: tuple[int, int, int]
    index: int
    pixels: Float32Array = field(repr=False)
    arrays: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    outside: float = 0.0


def read_slice(content: bytes | Path, index: int | None = None, dataset: str = "") -> Slice:
    """Open one slice of a file, by default the middle one; raise `InputError` when it is bad.

    `content` is what the file holds, or its path; `dataset` is the array wanted, "" for the
    likeliest. Complex values become their magnitudes and colours grey; transparency is ignored.
    Only in a process of its own: see `core.problem.reader_process`.
    """
    stack = open_stack(Source(content, dataset))
    chosen = stack.slices // 2 if index is None else index
    if stack.slices == 1 and chosen != 0:
        raise InputError(f"This file has one slice only, number 0; there is no number {chosen}.")
    require_number("Slice of this file", chosen, low=0, high=stack.slices - 1, whole=True)
    plane = stack.read(int(chosen))
    grey, outside = grey_plane(plane, stack, math.ceil(max(plane.shape[:2]) / LARGEST_SIDE))
    return Slice(
        kind=stack.kind,
        dataset=stack.dataset,
        shape=(stack.slices, stack.rows, stack.columns),
        index=int(chosen),
        pixels=_in_unit_range(grey, stack),
        arrays=stack.arrays if len(stack.arrays) > 1 else {},
        outside=outside,
    )


def grey_plane(plane: AnyArray, stack: Stack, factor: int) -> tuple[Float64Array, float]:
    """One slice grey (rows, columns), the means of `factor`² pixels, and the share of blank ones.

    Raises `InputError` where values are not finite.
    """
    outside = 0.0
    if stack.blank_outside and plane.dtype.kind in "fc":
        blank = np.isnan(plane)
        outside = float(blank.mean())
        plane = np.where(blank, 0, plane) if outside else plane
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused below
        pixels = block_means(plane, factor=factor)
    if np.isnan(pixels).any():
        raise InputError("The image has values that are not numbers (NaN).")
    if np.isinf(pixels).any():
        raise InputError("The image has infinite values.")
    if pixels.ndim == 3:
        pixels = np.asarray(pixels[..., :3] @ _LUMINANCE)
    return pixels, outside


def _in_unit_range(pixels: Float64Array, stack: Stack) -> Float32Array:
    """The image in [0, 1]; raise `InputError` for a constant one."""
    grey = unit_range(pixels).astype(np.float32)
    if grey.min() == grey.max():
        raise InputError(f"{_name(stack)} is constant: every pixel is {pixels.flat[0]:g}.")
    return grey


def _name(stack: Stack) -> str:
    """How a sentence calls the image: by its array, where the file has others to choose."""
    if len(stack.arrays) < 2:
        return "The image"
    others = [name for name in stack.arrays if name != stack.dataset]
    rest = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    named = ", ".join(others[:MOST_NAMED]) + rest
    return f"The image, array {stack.dataset} of the file, which also has {named},"
