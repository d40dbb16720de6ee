"""Arrays that took long to compute, cached on disk within a bound.

An entry is an uncompressed `.npz` without pickle, whose checksums NumPy verifies; it appears under
its name in one step, and whatever cannot be read is removed and computed again. A disk that is
full or read-only costs time, never a result.
"""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InputError
from core.storage.cache_folder import cache_folder

Arrays = Mapping[str, Any]

LIMIT = 2**30
"""Bytes that all entries together may take; the least recently used go first."""

SLOW = 0.3
"""Seconds. What is computed faster than this is not worth a file: the weights of the lecture's
scan take 0.04 s to compute, 0.02 s to read."""


def cached_arrays(name: str, make: Callable[[], Arrays], fits: Callable[[Arrays], bool]) -> Arrays:
    """Return the arrays cached under `name`, or `make()`, which is cached if it was slow.

    What `fits` refuses, or fails on, counts as damaged.
    """
    try:
        folder = cache_folder("projectors")
    except InputError:
        return make()
    path = folder / f"{name}.npz"
    cached = _read(path, fits)
    if cached is not None:
        return cached
    started = time.perf_counter()
    arrays = make()
    if time.perf_counter() - started >= SLOW:
        _write(path, arrays)
    return arrays


def _read(path: Path, fits: Callable[[Arrays], bool]) -> Arrays | None:
    try:
        with np.load(path, allow_pickle=False) as entry:
            arrays = {name: entry[name] for name in entry.files}
        sound = fits(arrays)
    except FileNotFoundError:
        return None
    except Exception:  # a damaged file can fail in any way, and all it costs is time
        sound = False
    with suppress(OSError):
        if sound:
            os.utime(path)  # the time of the last use decides what goes first
        else:
            path.unlink()
    return arrays if sound else None


def _write(path: Path, arrays: Arrays) -> None:
    size = sum(array.nbytes for array in arrays.values())
    if size > LIMIT:
        return
    with suppress(OSError):
        _make_room(path.parent, size)
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **arrays)
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise


def _make_room(folder: Path, size: int) -> None:
    """Remove the entries used longest ago until `size` more bytes fit in."""
    entries = []
    for path in folder.iterdir():
        try:
            status = path.stat()
        except FileNotFoundError:  # another process was faster
            continue
        entries.append((status.st_mtime_ns, status.st_size, path))
    total = size + sum(length for _, length, _ in entries)
    for _, length, path in sorted(entries):
        if total <= LIMIT:
            return
        path.unlink(missing_ok=True)
        total -= length
