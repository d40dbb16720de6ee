"""Plain data for the disk: a JSON header and named arrays as raw bytes, never pickle."""

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"LABREC01"
PREFIX = struct.Struct("<8sII")
LENGTH = struct.Struct("<I")
ALIGNMENT = 64
KINDS = "biuf"


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """A header of JSON values and numeric arrays by name."""

    header: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]

    @property
    def nbytes(self) -> int:
        """The bytes that its arrays take."""
        return sum(array.nbytes for array in self.arrays.values())

    def to_bytes(self) -> bytes:
        """Magic, checksum of all that follows, header length, header, arrays, in steps of 64."""
        arrays = {name: np.ascontiguousarray(array) for name, array in self.arrays.items()}
        described = [[name, a.dtype.str, list(a.shape)] for name, a in arrays.items()]
        header = json.dumps({"header": self.header, "arrays": described}, allow_nan=False).encode()
        parts = [_padded(header, PREFIX.size), *(_padded(a.tobytes()) for a in arrays.values())]
        checksum = zlib.crc32(LENGTH.pack(len(parts[0])))
        for part in parts:
            checksum = zlib.crc32(part, checksum)
        return b"".join([PREFIX.pack(MAGIC, checksum, len(parts[0])), *parts])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Record":
        """Read what `to_bytes` wrote; the arrays are read-only views of `data`.

        Raises `ValueError` when the bytes are damaged or were written by something else.
        """
        if len(data) < PREFIX.size:
            raise ValueError("The record is cut short.")
        magic, checksum, length = PREFIX.unpack_from(data)
        body = memoryview(data)[PREFIX.size :]
        if magic != MAGIC or zlib.crc32(body, zlib.crc32(LENGTH.pack(length))) != checksum:
            raise ValueError("The record is damaged, or is none.")
        described = json.loads(bytes(body[:length]))
        arrays: dict[str, NDArray[Any]] = {}
        for name, text, shape in described["arrays"]:
            dtype = np.dtype(text)
            if dtype.kind not in KINDS:
                raise ValueError(f"A record holds numbers only, not {text}.")
            count = int(np.prod(shape, dtype=np.int64))
            arrays[name] = np.frombuffer(body, dtype, count, offset=length).reshape(shape)
            length += len(_padding(count * dtype.itemsize)) + count * dtype.itemsize
        return cls(header=described["header"], arrays=arrays)


def _padding(length: int) -> bytes:
    return b" " * (-length % ALIGNMENT)


def _padded(data: bytes, before: int = 0) -> bytes:
    return data + _padding(len(data) + before)
