"""Reconstructions as records for the store, and back."""

from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from core.methods.base import Reason, Reconstruction
from core.methods.history import History, Snapshot
from core.run.record import Record


def encode(result: Reconstruction) -> Record:
    """A reconstruction as a record; nothing is copied."""
    header, arrays = _parts(result, "")
    return Record(header=header, arrays=arrays)


def decode(record: Record) -> Reconstruction:
    """The reconstruction of a record; its arrays are read-only.

    Raises `KeyError`, `TypeError` or `ValueError` if the record holds something else.
    """
    return _result(record.header, record.arrays, "")


def encode_all(results: tuple[Reconstruction, ...]) -> Record:
    """Several reconstructions as one record."""
    headers: list[dict[str, Any]] = []
    arrays: dict[str, NDArray[Any]] = {}
    for number, result in enumerate(results):
        header, own = _parts(result, f"{number}/")
        headers.append(header)
        arrays |= own
    return Record(header={"results": headers}, arrays=arrays)


def decode_all(record: Record) -> tuple[Reconstruction, ...]:
    """The reconstructions of a record that `encode_all` made; raises as `decode` does."""
    headers = record.header["results"]
    return tuple(_result(h, record.arrays, f"{n}/") for n, h in enumerate(headers))


def _parts(result: Reconstruction, prefix: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    header = {
        "method": result.method,
        "parameters": dict(result.parameters),
        "columns": list(result.history.names),
        "snapshots": [snapshot.iteration for snapshot in result.snapshots],
        "stop": result.stop,
        "message": result.message,
        "seconds": result.seconds,
    }
    arrays: dict[str, NDArray[Any]] = {
        f"{prefix}image": result.image,
        f"{prefix}history": result.history.table,
    }
    for snapshot in result.snapshots:
        arrays[f"{prefix}snapshot {snapshot.iteration}"] = snapshot.image
    return header, arrays


def _result(header: Any, arrays: Any, prefix: str) -> Reconstruction:
    if header["stop"] not in get_args(Reason):
        raise ValueError(f"No reason to stop: {header['stop']!r}.")
    return Reconstruction(
        method=header["method"],
        parameters=header["parameters"],
        image=np.asarray(arrays[f"{prefix}image"], np.float32),
        history=History(names=tuple(header["columns"]), table=arrays[f"{prefix}history"]),
        snapshots=tuple(
            Snapshot(iteration=number, image=arrays[f"{prefix}snapshot {number}"])
            for number in header["snapshots"]
        ),
        stop=header["stop"],
        message=header["message"],
        seconds=header["seconds"],
    )
