"""What is measured of the architectures that a lecture compares, and a file of it.

    python -m core.studies.architectures

makes the file anew: on one core the measurement takes seconds, which no lecture has.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.array_types import Float32Array
from core.errors import InputError
from core.networks.gallery import ARCHITECTURES, extent, field, operations, shift_error, weights
from core.problem.scan import Scan
from core.problem.stored import ASSETS
from core.storage.draft import draft_of
from core.storage.record import Record
from core.studies.codec import decode, encode

PATH = ASSETS / "runs" / "architectures.run"
SIZE = 128
"""Side of the pictures on which field and shift error are measured."""
MOVED = 3
"""Pixels by which a picture is moved for the shift error."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Weights of an architecture and its operations for one picture, at one size."""

    weights: int
    operations: int


@dataclass(frozen=True, kw_only=True, eq=False)
class ArchitectureMeasures:
    """What is measured of an architecture with random weights.

    field : (SIZE, SIZE) float32, how the middle pixel of the output depends on those of the input;
        the largest is 1.
    extent : how many pixels across count.
    shift_error : 0 where the network does the same everywhere.
    """

    field: Float32Array
    extent: int
    shift_error: float


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredMeasures:
    """All architectures, with their costs at the size of the lecture's scan."""

    measures: Mapping[str, ArchitectureMeasures]
    costs: Mapping[str, Costs]


def measure(name: str) -> ArchitectureMeasures:
    """Measure an architecture; takes about a second of one core."""
    sensitivity = field(name, SIZE)
    return ArchitectureMeasures(
        field=sensitivity,
        extent=extent(sensitivity),
        shift_error=shift_error(name, SIZE, MOVED),
    )


def costs_of(name: str, size: int) -> Costs:
    """Count the weights and operations of an architecture for pictures of size × size pixels."""
    return Costs(weights=weights(name, size), operations=operations(name, size))


def stored_measures(path: Path = PATH) -> StoredMeasures:
    """What was measured beforehand, the fields in half precision.

    Raises `InputError` where the file is missing or damaged.
    """
    try:
        record = Record.from_bytes(zlib.decompress(path.read_bytes()))
        stored: StoredMeasures = decode(StoredMeasures, record)
    except (OSError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The stored measurement {path.name} is missing from assets/runs or damaged. "
            "`python -m core.studies.architectures` makes it again."
        ) from error
    return stored


def make(path: Path = PATH) -> Path:
    """Measure all architectures and write the file."""
    stored = StoredMeasures(
        measures={name: measure(name) for name in ARCHITECTURES},
        costs={name: costs_of(name, Scan().size) for name in ARCHITECTURES},
    )
    record = encode(stored)
    halves = {key: array.astype(np.float16) for key, array in record.arrays.items()}
    content = Record(header=record.header, arrays=halves).to_bytes()
    with draft_of(path) as draft:
        draft.write_bytes(zlib.compress(content, 9))
    return path


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    print(make())
