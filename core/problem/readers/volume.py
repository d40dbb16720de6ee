"""A whole file as a volume: all its slices, grey, in [0, 1], of a useful size, the head upwards."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from core.array_types import Float32Array, Float64Array
from core.errors import InputError
from core.problem.readers.slices import grey_plane
from core.problem.readers.stack import Stack
from core.problem.readers.volume_files import open_volume
from core.problem.resample import unit_range

N = TypeVar("N", int, float)

LARGEST_VOLUME = 270_000_000
"""Values of a volume in a file: 1024 slices of 512×512."""
MOST_VOXELS = 12_000_000
"""Of those that are kept; the voxels of a larger volume are averaged."""
LONGEST_SIDE = 256
"""Voxels along an axis that are kept: no scan uses more on its finer grid than twice 128."""
AXIAL = (2, 1, 0)
"""Slices lie upwards, rows along the line to the front, columns to the right."""
FORWARDS = (1, -1, 1)
"""The lowest slice, the foremost row and the leftmost column come first."""


@dataclass(frozen=True, kw_only=True)
class FileVolume:
    """The volume of a file, and what else the file holds.

    kind, dataset, arrays : the format, the array shown, and all that can be read where there are
        several, as in `Slice`.
    shape, spacing : (slices, rows, columns) of the array and the lengths of its voxels in mm along
        them, None where the file does not say; in the order of `voxels`.
    voxels : (slices, rows, columns), float32, in [0, 1]: the lowest slice first, the front in the
        first row and the left in the first column, where the file says where they are.
    steps : the lengths of these voxels along the axes, in mm or in those of the file.
    outside : the share of values that are no numbers and lie outside the object.
    remarks : sentences on how it was read.
    """

    kind: str
    dataset: str
    shape: tuple[int, int, int]
    spacing: tuple[float, float, float] | None
    voxels: Float32Array = field(repr=False)
    steps: tuple[float, float, float]
    arrays: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    outside: float = 0.0
    remarks: tuple[str, ...] = ()


def read_volume(content: bytes | Path, dataset: str = "") -> FileVolume:
    """Open a file, or a folder of files, as a volume; raise `InputError` when it is none.

    `dataset` is the array wanted, "" for the likeliest. Complex values become their magnitudes and
    colours grey. Only in a process of its own: see `core.problem.reader_process`.
    """
    stack = open_volume(content, dataset)
    shape = (stack.slices, stack.rows, stack.columns)
    _check(shape)
    spacing = stack.spacing or (1.0, 1.0, 1.0)
    thick, wide = _factors(shape, spacing)
    voxels, blank = _averaged(stack, thick, wide)
    low, high = float(voxels.min()), float(voxels.max())
    if not math.isfinite(high - low):
        raise InputError("The volume has values beyond those of 32-bit floats.")
    if low == high:
        raise InputError(f"The volume is constant: every voxel is {low:g}.")
    voxels = unit_range(voxels).astype(np.float32, copy=False)
    steps = np.array(spacing) * shape / voxels.shape
    order, flips = _upright(stack.directions)
    voxels = np.ascontiguousarray(voxels.transpose(order)[flips])
    return FileVolume(
        kind=stack.kind,
        dataset=stack.dataset,
        shape=_permuted(shape, order),
        spacing=None if stack.spacing is None else _permuted(stack.spacing, order),
        voxels=voxels,
        steps=_permuted(steps.tolist(), order),
        arrays=stack.arrays if len(stack.arrays) > 1 else {},
        outside=blank / math.prod(shape),
        remarks=stack.remarks,
    )


def _check(shape: tuple[int, int, int]) -> None:
    """Raise `InputError` for a single slice, and for more values than are read."""
    slices, rows, columns = shape
    if min(shape) < 2:
        raise InputError(
            f"The file holds {slices}×{rows}×{columns} values (slices, rows, columns); a volume "
            "has 2 or more along each axis."
        )
    if (count := math.prod(shape)) > LARGEST_VOLUME:
        raise InputError(
            f"The volume in the file has {slices}×{rows}×{columns} = {count / 1e6:.0f} million "
            f"values; up to {LARGEST_VOLUME // 10**6} million are read. Take the means of "
            "neighbouring voxels first."
        )


def _factors(shape: tuple[int, int, int], spacing: tuple[float, float, float]) -> tuple[int, int]:
    """How many slices, and how many rows and columns, are averaged to one."""
    thick = math.ceil(shape[0] / LONGEST_SIDE)
    wide = math.ceil(max(shape[1:]) / LONGEST_SIDE)
    while math.prod(_averaged_shape(shape, thick, wide)) > MOST_VOXELS:
        if thick * spacing[0] <= wide * min(spacing[1:]):
            thick += 1
        else:
            wide += 1
    return thick, wide


def _averaged_shape(shape: tuple[int, int, int], thick: int, wide: int) -> tuple[int, int, int]:
    slices, rows, columns = shape
    return -(-slices // thick), -(-rows // wide), -(-columns // wide)


def _averaged(stack: Stack, thick: int, wide: int) -> tuple[Float32Array, float]:
    """The means (slices, rows, columns) of blocks, float32, and how many values are blank."""
    shape = (stack.slices, stack.rows, stack.columns)
    voxels = np.zeros(_averaged_shape(shape, thick, wide), np.float32)
    blank, count = 0.0, 0
    for index, plane in enumerate(stack.planes):
        if plane.shape[:2] != shape[1:]:
            raise InputError(
                f"Slice {index} has {plane.shape[0]}×{plane.shape[1]} pixels and the first one "
                f"{shape[1]}×{shape[2]}; all slices of a volume have one size."
            )
        grey, outside = grey_plane(plane, stack, wide)
        voxels[index // thick] += grey / min(thick, stack.slices - index // thick * thick)
        blank += outside * plane.shape[0] * plane.shape[1]
        count += 1
    if count < stack.slices:
        raise InputError(f"The file has {count} of the {stack.slices} slices that it announces.")
    return voxels, blank


def _upright(directions: Float64Array | None) -> tuple[tuple[int, ...], tuple[slice, ...]]:
    """The order of the axes, and which run the other way, that put a volume upright."""
    if directions is None or not np.isfinite(directions).all():
        return (0, 1, 2), (np.s_[:],) * 3
    order = max(
        itertools.permutations(range(3)),
        key=lambda axes: sum(abs(directions[a, d]) for a, d in zip(axes, AXIAL, strict=True)),
    )
    flips = tuple(
        np.s_[::-1] if directions[axis, direction] * sign < 0 else np.s_[:]
        for axis, direction, sign in zip(order, AXIAL, FORWARDS, strict=True)
    )
    return order, flips


def _permuted(values: Sequence[N], order: Sequence[int]) -> tuple[N, N, N]:
    first, second, third = (values[axis] for axis in order)
    return first, second, third
