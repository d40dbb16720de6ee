"""The files of images that come with the lab: opened only when they are what was shipped.

HDF5 can crash on a damaged file, so their checksums are compared first, once for each file. They
stand in `checksums.sha256` beside the files, as `sha256sum` writes them.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

import h5py

from core.errors import InputError

CHECKSUMS = "checksums.sha256"


def open_image_file(path: Path) -> h5py.File:
    """Open one of the files, for reading; raise `InputError` when it is missing or damaged."""
    if sentence := trouble_with(path):
        raise InputError(sentence)
    return h5py.File(path)


def trouble_with(path: Path) -> str:
    """Return a sentence that says why a file cannot be used, or ""."""
    try:
        about = path.stat()
        return _trouble(path, about.st_size, about.st_mtime_ns)
    except OSError:
        return _sentence(path, "missing, or may not be read")


def changed_at(path: Path) -> int:
    """When a file was last changed, in nanoseconds; 0 where there is none.

    What is remembered of a file goes by it: a server may outlive the file that it started with.
    """
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=8)
def _trouble(path: Path, size: int, changed: int) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    known = path.with_name(CHECKSUMS).read_text().split()
    return "" if digest in known else _sentence(path, "damaged")


def _sentence(path: Path, how: str) -> str:
    return (
        f"The file {path.parent.name}/{path.name}, which comes with the laboratory, is {how}. "
        "What needs its images does not work until it is restored."
    )
