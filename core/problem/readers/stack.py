"""What every reader returns, the limits it keeps, and how one slice is cut out of a stream."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np

from core.array_types import AnyArray, Float64Array
from core.errors import InputError

LARGEST_VALUES = 64_000_000
"""The most values that one slice may have, colours counted singly."""
LARGEST_UNPACKED = 600_000_000
"""Bytes of a packed volume that are unpacked at once."""
ABSURD_COUNT = 10**12
"""From here on the number of values is not written out."""

_BLOCK_BYTES = 1 << 22


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The slices of a file, not yet read.

    `read(k)` gives slice k as (rows, columns) or, in colour, (rows, columns, channels) of any
    numeric type. `dataset` names the array inside a file that can hold several, and `arrays` has
    all of them that can be read, with (slices, rows, columns). With `blank_outside`, what is not a
    number lies outside the object and is 0.

    For volumes: `walk()` gives all slices one after the other, faster than `read` where the file
    would be opened for each; `spacing` is how far slices, rows and columns are apart in mm, None
    where the file does not say; `directions` (3, 3) is where the next slice, row and column lies,
    as parts to the right, to the front and upwards; `remarks` are sentences on how it was read.
    """

    kind: str
    slices: int
    rows: int
    columns: int
    read: Callable[[int], AnyArray]
    dataset: str = ""
    arrays: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    blank_outside: bool = False
    walk: Callable[[], Iterator[AnyArray]] | None = None
    spacing: tuple[float, float, float] | None = None
    directions: Float64Array | None = None
    remarks: tuple[str, ...] = ()

    @property
    def planes(self) -> Iterator[AnyArray]:
        """All slices, one after the other."""
        return map(self.read, range(self.slices)) if self.walk is None else self.walk()


@contextmanager
def reading(kind: str) -> Iterator[None]:
    """Turn whatever a library raises on a damaged file into one sentence.

    `MemoryError` stays what it is, also where HDF5 has it in other words.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:  # the libraries promise no common class
        if "memory allocation failed" in str(error):
            raise MemoryError from error
        raise InputError(
            f"The file looks like {kind} but cannot be read: it is damaged or cut short."
        ) from error


def unpacked(stream: IO[bytes], nbytes: int) -> bytes:
    """All of a packed stream, which must hold this many bytes or more; the rest is left out.

    Raises `InputError` for more than `LARGEST_UNPACKED`, and `EOFError` where it ends too early.
    """
    if nbytes > LARGEST_UNPACKED:
        raise InputError(
            f"Unpacked, the file has {nbytes / 1e6:.0f} MB; up to {LARGEST_UNPACKED // 10**6} MB "
            "can be read as a volume."
        )
    content = stream.read(nbytes)
    if len(content) < nbytes:
        raise EOFError(f"{nbytes} bytes were expected, and there are {len(content)}")
    return content


def check_shape(shape: Sequence[int]) -> None:
    """Raise `InputError` unless these are the lengths of an image or of a stack of images.

    A stack may be of any size: `check_count` bounds the slice that is read.
    """
    described = "×".join(str(n) for n in shape) or "a single number"
    if len(shape) not in (2, 3):
        axes = "1 axis" if len(shape) == 1 else f"{len(shape)} axes"
        raise InputError(
            f"The array in the file has {axes} ({described}); an image has 2 and a stack of "
            "slices has 3."
        )
    if min(shape) < 1:
        raise InputError(f"The image in the file is empty: its shape is {described}.")


def check_count(values: int) -> None:
    """Raise `InputError` when a slice has more values than are read."""
    if values > LARGEST_VALUES:
        # A file may claim more than any float can hold.
        millions = f"{values / 1e6:.1f}" if values < ABSURD_COUNT else "more than a million"
        raise InputError(
            f"One slice of the file has {millions} million values; "
            f"up to {LARGEST_VALUES // 10**6} million can be opened."
        )


def read_plane(
    stream: IO[bytes],
    dtype: np.dtype[Any],
    shape: Sequence[int],
    *,
    axis: int | None,
    index: int,
    fortran: bool,
) -> AnyArray:
    """Read `array[index]` along `axis`, or all of it, where the stream stands at its start.

    The stream is read once, forwards and in blocks, so that a compressed array is never held
    whole. Raises `EOFError` when the stream ends too early.
    """
    memory = tuple(reversed(shape) if fortran else shape)
    if axis is None:
        memory, place = (1, *memory), 0
    else:
        place = len(memory) - 1 - axis if fortran else axis
    outer, count, inner = math.prod(memory[:place]), memory[place], math.prod(memory[place + 1 :])
    kept = np.empty((outer, inner), dtype)
    if outer == 1:
        stream.seek(index * inner * dtype.itemsize, 1)
        kept[0] = _read_values(stream, dtype, inner)
    else:
        step = max(1, _BLOCK_BYTES // (count * inner * dtype.itemsize))
        for start in range(0, outer, step):
            runs = min(step, outer - start)
            block = _read_values(stream, dtype, runs * count * inner)
            kept[start : start + runs] = block.reshape(runs, count, inner)[:, index]
    plane = kept.reshape(memory[:place] + memory[place + 1 :])
    return plane.T if fortran else plane


def _read_values(stream: IO[bytes], dtype: np.dtype[Any], count: int) -> AnyArray:
    wanted = count * dtype.itemsize
    content = stream.read(wanted)
    if len(content) < wanted:
        raise EOFError(f"{wanted} bytes were expected, {len(content)} are left")
    return np.frombuffer(content, dtype)
