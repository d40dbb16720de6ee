"""What is checked of an answer, which may come from a worker that a file has taken over."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.array_types import Float64Array
from core.problem.reader_process.process import CrashError
from core.problem.readers.sinogram import answer as sinogram_answer
from core.problem.readers.sinogram.answer import checked_count
from core.problem.readers.sinogram.raw import RawSinogram
from core.problem.readers.slices import Slice
from core.problem.readers.stack import LARGEST_VALUES
from core.problem.readers.volume import LARGEST_VOLUME, MOST_VOXELS, FileVolume


@contextmanager
def _checked() -> Iterator[None]:
    """Whatever is raised by what is no answer becomes `CrashError`."""
    try:
        yield
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise CrashError from error


def checked_slice(answer: dict[str, Any], content: bytes) -> Slice:
    """The slice in an answer, which may come from a worker that a file has taken over.

    Raises `CrashError` where it is none.
    """
    with _checked():
        height, width = map(checked_count, answer["pixels"])
        read = Slice(
            kind=str(answer["kind"]),
            dataset=str(answer["dataset"]),
            shape=_shape(answer["shape"]),
            index=checked_count(answer["index"]),
            pixels=np.frombuffer(content, np.float32).reshape(height, width),
            arrays={str(name): _shape(shape) for name, shape in answer["arrays"]},
            outside=float(answer["outside"]),
        )
    slices, rows, columns = read.shape
    sound = (
        0 < rows * columns <= LARGEST_VALUES
        and 0 <= read.index < slices
        and min(read.pixels.shape) > 0
        and 0 <= read.outside <= 1
    )
    # Not a number is no more than 1 either.
    if not (sound and read.pixels.min() >= 0 and read.pixels.max() <= 1):
        raise CrashError
    return read


def checked_volume(answer: dict[str, Any], content: bytes) -> FileVolume:
    """The volume in an answer; raises `CrashError` where it is none."""
    with _checked():
        lengths = _shape(answer["voxels"])
        spacing = answer["spacing"]
        read = FileVolume(
            kind=str(answer["kind"]),
            dataset=str(answer["dataset"]),
            shape=_shape(answer["shape"]),
            spacing=None if spacing is None else _lengths(spacing),
            voxels=np.frombuffer(content, np.float32).reshape(lengths),
            steps=_lengths(answer["steps"]),
            arrays={str(name): _shape(shape) for name, shape in answer["arrays"]},
            outside=float(answer["outside"]),
            remarks=tuple(str(remark) for remark in answer["remarks"]),
        )
    sound = (
        min(lengths) > 0
        and read.voxels.size <= MOST_VOXELS
        and math.prod(read.shape) <= LARGEST_VOLUME
        and 0 <= read.outside <= 1
    )
    if not (sound and read.voxels.min() >= 0 and read.voxels.max() <= 1):
        raise CrashError
    return read


def _lengths(value: Any) -> tuple[float, float, float]:
    first, second, third = map(float, value)
    if not (min(first, second, third) > 0 and max(first, second, third) < math.inf):
        raise ValueError(f"{value!r} are no lengths.")
    return first, second, third


def _shape(value: Any) -> tuple[int, int, int]:
    slices, rows, columns = map(checked_count, value)
    return slices, rows, columns


def checked_sinogram(answer: dict[str, Any], content: bytes) -> RawSinogram:
    """The sinogram in an answer; raises `CrashError` where it is none."""
    with _checked():
        return sinogram_answer.checked_sinogram(answer, content)


def checked_angles(answer: dict[str, Any], content: bytes) -> tuple[Float64Array, str]:
    """The angles in an answer; raises `CrashError` where there are none."""
    with _checked():
        return sinogram_answer.checked_angles(answer, content)
