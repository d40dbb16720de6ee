"""What is checked of an answer, which may come from a worker that a file has taken over."""

import math
from typing import Any

import numpy as np

from core.array_types import Float64Array
from core.problem.reader_process.process import CrashError
from core.problem.readers.sinogram import answer as sinogram_answer
from core.problem.readers.sinogram.raw import RawSinogram
from core.problem.readers.slices import Slice
from core.problem.readers.stack import LARGEST_VALUES
from core.problem.readers.volume import LARGEST_VOLUME, MOST_VOXELS, FileVolume


def checked_slice(answer: dict[str, Any], content: bytes) -> Slice:
    """The slice in an answer, which may come from a worker that a file has taken over.

    Raises `CrashError` where it is none.
    """
    try:
        height, width = map(_whole, answer["pixels"])
        read = Slice(
            kind=str(answer["kind"]),
            dataset=str(answer["dataset"]),
            shape=_shape(answer["shape"]),
            index=_whole(answer["index"]),
            pixels=np.frombuffer(content, np.float32).reshape(height, width),
            arrays={str(name): _shape(shape) for name, shape in answer["arrays"]},
            outside=float(answer["outside"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise CrashError from error
    slices, rows, columns = read.shape
    sound = (
        0 < rows * columns <= LARGEST_VALUES
        and 0 <= read.index < slices
        and max(read.pixels.shape) > 0
        and 0 <= read.outside <= 1
    )
    # Not a number is no more than 1 either.
    if not (sound and read.pixels.min() >= 0 and read.pixels.max() <= 1):
        raise CrashError
    return read


def checked_volume(answer: dict[str, Any], content: bytes) -> FileVolume:
    """The volume in an answer; raises `CrashError` where it is none."""
    try:
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
    except (KeyError, ValueError, TypeError) as error:
        raise CrashError from error
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
    slices, rows, columns = map(_whole, value)
    return slices, rows, columns


def checked_sinogram(answer: dict[str, Any], content: bytes) -> RawSinogram:
    """The sinogram in an answer; raises `CrashError` where it is none."""
    try:
        return sinogram_answer.checked_sinogram(answer, content)
    except (KeyError, ValueError, TypeError) as error:
        raise CrashError from error


def checked_angles(answer: dict[str, Any], content: bytes) -> tuple[Float64Array, str]:
    """The angles in an answer; raises `CrashError` where there are none."""
    try:
        return sinogram_answer.checked_angles(answer, content)
    except (KeyError, ValueError, TypeError) as error:
        raise CrashError from error


def _whole(value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no count.")
    return value
