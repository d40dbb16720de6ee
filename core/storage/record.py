"""Plain data for the disk: a header of JSON values and named arrays, never pickle.

The arrays are a safetensors file, as the weights of the networks are, with the header in its
metadata; the sha256 of it stands before it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from core.array_types import AnyArray

DIGEST_BYTES = 32
LENGTH_BYTES = 8
KINDS = "biuf"


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """A header of JSON values and numeric arrays by name."""

    header: Mapping[str, Any]
    arrays: Mapping[str, AnyArray]

    @property
    def nbytes(self) -> int:
        """The bytes that its arrays take."""
        return sum(array.nbytes for array in self.arrays.values())

    def to_bytes(self) -> bytes:
        """The digest and the file; raises `ValueError` for what is no number."""
        arrays = {name: np.asarray(array, order="C") for name, array in self.arrays.items()}
        for name, array in arrays.items():
            if array.dtype.kind not in KINDS:
                raise ValueError(f"A record holds numbers only; {name} is of type {array.dtype}.")
        content = save(arrays, metadata={"header": json.dumps(self.header, allow_nan=False)})
        return hashlib.sha256(content).digest() + content

    @classmethod
    def from_bytes(cls, data: bytes) -> "Record":
        """Read what `to_bytes` wrote; the arrays are read-only.

        Raises `ValueError` when the bytes are damaged or were written by something else.
        """
        digest, content = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            raise ValueError("The record is damaged, or is none.")
        end = LENGTH_BYTES + int.from_bytes(content[:LENGTH_BYTES], "little")
        metadata = json.loads(content[LENGTH_BYTES:end])["__metadata__"]
        arrays = load(content)
        for array in arrays.values():
            array.setflags(write=False)
        return cls(header=json.loads(metadata["header"]), arrays=arrays)
