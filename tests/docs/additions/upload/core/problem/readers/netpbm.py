"""Netpbm's binary grey pictures, `.pgm`: "P5", width, height and maximum, then the values."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.problem.readers.source import Source
from core.problem.readers.stack import Stack, check_count, check_shape, reading

KIND = "PGM"
HEADER = re.compile(rb"P5\s+(\d+)\s+(\d+)\s+(\d+)\s")


def recognises(start: bytes) -> bool:
    """Whether the content starts as one of these."""
    return HEADER.match(start) is not None


def open_stack(source: Source) -> Stack:
    """Look at the header."""
    with reading(KIND):
        header = HEADER.match(source.start)
        assert header is not None
        columns, rows, largest = map(int, header.groups())
        check_shape((rows, columns))
        check_count(rows * columns)

    def read(index: int) -> NDArray[Any]:
        with reading(KIND), source.open() as stream:
            stream.seek(header.end())
            dtype = np.dtype(">u2" if largest > 255 else "u1")
            values = np.frombuffer(stream.read(rows * columns * dtype.itemsize), dtype)
            return values.reshape(rows, columns)

    return Stack(kind=KIND, slices=1, rows=rows, columns=columns, read=read)
