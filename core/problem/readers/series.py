"""A DICOM series as a volume: its frames sorted by where they lie in the patient.

The order is that of the positions along the normal of the slices (DICOM PS3.3, C.7.6.2.1.1), else
that of the numbers of the instances. What is no complete series of one kind is refused: a volume
with a gap or with slices of two scans would look right and be wrong.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np

from core.array_types import AnyArray, Float64Array
from core.errors import InputError
from core.problem.readers import dicom
from core.problem.readers.series_frames import Frame, frames_of
from core.problem.readers.source import Source
from core.problem.readers.stack import Stack

Member = tuple[str, Callable[[], Source]]
"""The name of a file, and what opens it."""

MOST_NAMED = 6
UNEVEN = 0.1
"""By how much the distances of slices may differ, as a share of the usual one."""
SAME_DIRECTION = 1e-3
TO_RIGHT_FRONT_UP = np.array([-1.0, -1.0, 1.0])
"""DICOM counts to the patient's left, back and head."""


def open_series(members: Sequence[Member]) -> Stack:
    """Look at the headers of all files, sort their slices and check that none is missing."""
    frames, others = list[Frame](), list[str]()
    for name, opened in members:
        try:
            with _naming(name, members):
                frames += frames_of(name, opened)
        except dicom.NoImageError:
            others.append(name)
            if len(members) == 1:
                raise
    if not frames:
        raise InputError(f"None of the {len(members)} DICOM files holds an image.")
    _check_alike(frames)
    frames, distance = _sorted(frames)
    (rows, columns), pixel = frames[0].size, frames[0].pixel

    def read(index: int) -> AnyArray:
        frame = frames[index]
        return dicom.open_stack(frame.open()).read(frame.index)

    def walk() -> Iterator[AnyArray]:
        stacks: dict[str, Stack] = {}
        for frame in frames:
            if frame.name not in stacks:
                stacks = {frame.name: dicom.open_stack(frame.open())}
            with _naming(frame.name, members):
                plane = stacks[frame.name].read(frame.index)
            yield plane

    return Stack(
        kind=dicom.KIND,
        slices=len(frames),
        rows=rows,
        columns=columns,
        read=read,
        walk=walk,
        spacing=None if distance is None or pixel is None else (distance, *pixel),
        directions=_directions(frames),
        remarks=(*_tilt(frames), *left_out(others)),
    )


@contextmanager
def _naming(name: str, members: Sequence[Member]) -> Iterator[None]:
    """Put the name of a file before what is wrong with it, where there are several."""
    try:
        yield
    except dicom.NoImageError:
        raise
    except InputError as error:
        raise InputError(f"{name}: {error}" if len(members) > 1 else str(error)) from error


def left_out(names: Sequence[str]) -> tuple[str, ...]:
    """A sentence on the files that are no slices of a volume, where there are some."""
    if not names:
        return ()
    what = (
        "1 file is no slice and is"
        if len(names) == 1
        else (f"{len(names)} files are no slices and are")
    )
    further = " and others" if len(names) > MOST_NAMED else ""
    return (f"{what} left out: {', '.join(names[:MOST_NAMED])}{further}.",)


def _check_alike(frames: Sequence[Frame]) -> None:
    """Raise `InputError` for slices of several series, sizes, pixels or directions."""
    series: dict[str, list[Frame]] = {}
    for frame in frames:
        series.setdefault(frame.series, []).append(frame)
    if len(series) > 1:
        named = ", ".join(
            f"{len(some)} of {some[0].words or some[0].name}" for some in list(series.values())[:6]
        )
        raise InputError(
            f"The DICOM files are slices of {len(series)} series ({named}); a volume is one "
            "series: open it alone."
        )
    sizes = {frame.size for frame in frames}
    if len(sizes) > 1:
        (rows, columns), (others, wide) = sorted(sizes)[:2]
        raise InputError(
            f"The DICOM files have slices of {rows}×{columns} and of {others}×{wide} pixels; all "
            "slices of a volume have one size."
        )
    first = frames[0]
    for frame in frames:
        turned = _differ(frame.directions, first.directions, SAME_DIRECTION)
        if turned or (frame.pixel != first.pixel and _differ_pixels(frame, first)):
            what = "directions" if turned else "pixel sizes"
            raise InputError(
                f"The DICOM files have slices of several {what} ({first.name} and {frame.name}); "
                "a volume is a stack of parallel slices of one kind."
            )


def _differ(one: Float64Array | None, other: Float64Array | None, most: float) -> bool:
    if one is None or other is None:
        return (one is None) is not (other is None)
    return bool(np.abs(one - other).max() > most)


def _differ_pixels(one: Frame, other: Frame) -> bool:
    if one.pixel is None or other.pixel is None:
        return True
    return any(abs(a / b - 1) > 1e-3 for a, b in zip(one.pixel, other.pixel, strict=True))


def _sorted(frames: list[Frame]) -> tuple[list[Frame], float | None]:
    """The slices in order, and how far they are apart in mm; None where the files do not say."""
    heights = _heights(frames)
    if heights is not None:
        order = np.argsort(heights, kind="stable").tolist()
        steps = np.diff(heights[order])
        if len(steps):
            _check_steps(steps)
        return [frames[k] for k in order], float(np.median(steps)) if len(steps) else None
    if all(frame.number is not None for frame in frames):
        frames = sorted(frames, key=lambda frame: frame.number or 0)
        _check_numbers([frame.number or 0 for frame in frames])
    return frames, frames[0].thickness


def _heights(frames: Sequence[Frame]) -> Float64Array | None:
    """Where the slices lie along their normal, in mm; None where that is not known."""
    directions = frames[0].directions
    if directions is None:
        return None
    positions = [frame.position for frame in frames if frame.position is not None]
    if len(positions) < len(frames):
        return None
    normal = np.cross(directions[0], directions[1])
    return np.asarray(np.stack(positions) @ normal, np.float64)


def _check_steps(steps: Float64Array) -> None:
    """Raise `InputError` for slices that are missing, uneven, or twice at one place."""
    usual = float(np.median(steps))
    if (steps < 1e-3 * max(usual, 1e-3)).any():
        twice = int((steps < 1e-3 * max(usual, 1e-3)).sum())
        raise InputError(
            f"Of the {len(steps) + 1} DICOM slices {twice} lie where another one lies, as in a "
            "series over time (4-D); a volume has one slice at each place: open one time alone."
        )
    far = int(np.argmax(steps))
    if steps[far] > (1 + UNEVEN) * usual:
        missing = round(float(steps[far]) / usual) - 1
        if missing and abs(steps[far] / usual - 1 - missing) < UNEVEN * (missing + 1):
            what = "1 slice is" if missing == 1 else f"{missing} slices are"
            raise InputError(
                f"Slices of the DICOM series are missing: {what} missing between slice {far + 1} "
                f"and slice {far + 2} of {len(steps) + 1}, which are {steps[far]:.4g} mm apart "
                f"where the others are {usual:.4g} mm."
            )
    if steps.max() > (1 + UNEVEN) * usual or steps.min() < (1 - UNEVEN) * usual:
        raise InputError(
            f"The DICOM slices are {steps.min():.4g} to {steps.max():.4g} mm apart; the slices of "
            f"a volume are equally far apart, to {UNEVEN:.0%}."
        )


def _check_numbers(numbers: Sequence[int]) -> None:
    for one, other in pairwise(numbers):
        if one == other:
            raise InputError(
                f"Two DICOM files have the number {one} in their series; a volume has one slice "
                "of each number."
            )
        if other > one + 1:
            raise InputError(
                f"Slices of the DICOM series are missing: number {other} follows number {one}."
            )


def _directions(frames: Sequence[Frame]) -> Float64Array | None:
    """Where the next slice, row and column lies (3, 3): to the right, to the front, upwards."""
    if frames[0].directions is None:
        return None
    column, row = frames[0].directions
    ways = np.stack([np.cross(column, row), row, column])
    return np.asarray(ways * TO_RIGHT_FRONT_UP, np.float64)


def _tilt(frames: Sequence[Frame]) -> tuple[str, ...]:
    """That each slice is shifted against the one below, as by a tilted gantry, where it is."""
    first, last = frames[0], frames[-1]
    if first.position is None or last.position is None or first.directions is None:
        return ()
    way = last.position - first.position
    aside = float(np.linalg.norm(first.directions @ way))
    along = math.sqrt(max(float(way @ way) - aside**2, 0.0))
    if along == 0 or aside <= 0.02 * along:
        return ()
    angle = math.degrees(math.atan2(aside, along))
    return (
        f"Each slice is shifted against the one below, by {angle:.0f}° in all, as with a tilted "
        "gantry; the volume is shown without the shift, and so sheared.",
    )
