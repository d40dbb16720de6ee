"""Files that the command line writes: checked before the work, and never over another."""

import os
from collections.abc import Mapping
from pathlib import Path

import h5py

from core.errors import InputError
from core.methods.support.reconstruction import Reconstruction
from core.problem.measurement import Measurement
from core.studies.result_file import Attributes, write_reconstruction


def check_writable(path: Path) -> None:
    """Raise `InputError` when no file can be written to `path`: better before the work."""
    # Unlike those of `Path`, these functions say no where the system refuses the name.
    if os.path.isdir(path):
        raise InputError(f"{path} is a folder; name a file in it.")
    if not os.path.isdir(path.parent):
        raise InputError(f"There is no folder {path.parent} to write {path.name} to.")
    try:
        path.stat()
        there = True
    except FileNotFoundError:
        there = False
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from None
    if not os.access(path if there else path.parent, os.W_OK):
        raise InputError(f"{path} may not be written to.")


def write_result(
    path: Path, measurement: Measurement, result: Reconstruction, attributes: Attributes
) -> None:
    """Write a result as HDF5 (see `write_reconstruction`).

    Raises `InputError` when the file cannot be written.
    """
    try:
        with h5py.File(path, "w") as file:
            write_reconstruction(file, measurement, result, attributes)
    except OSError as error:
        raise InputError(f"{path} could not be written: {error}.") from None


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made if need be; nothing is written over.

    Raises `InputError` when one of them is there already, or cannot be written.
    """
    for name in files:
        if os.path.exists(folder / name):
            raise InputError(f"{folder / name} is there already; name another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise InputError(f"{folder} could not be written to: {error}.") from None
