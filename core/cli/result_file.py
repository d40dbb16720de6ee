"""Files that the command line writes: checked before the work, and never over another."""

import io
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import h5py

from core.errors import InputError
from core.methods.support.reconstruction import Reconstruction
from core.problem.measurement import Measurement
from core.storage.draft import draft_of
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
    if there and not os.path.isfile(path):
        raise InputError(f"{path} is no regular file; name another one.")
    folder = path.resolve().parent  # the new file lies beside the old one at first
    if not (os.access(folder, os.W_OK) and (not there or os.access(path, os.W_OK))):
        raise InputError(f"{path} may not be written to.")


@contextmanager
def written_whole(path: Path) -> Iterator[io.BytesIO]:
    """Give a stream whose content becomes the file in one step, once all of it is there.

    Whatever goes wrong till then, an old file stays as it is. The stream lies in memory: HDF5 does
    not bear a full disk. Raises `InputError` when the file cannot be written.
    """
    target = path.resolve()  # of a link, not the link
    try:
        stream = io.BytesIO()
        yield stream
        with draft_of(target) as draft:
            draft.write_bytes(stream.getbuffer())
            if target.exists():
                shutil.copymode(target, draft)
    except OSError as error:
        raise InputError(f"{path} could not be written: {error.strerror or error}.") from None


def write_result(
    path: Path, measurement: Measurement, result: Reconstruction, attributes: Attributes
) -> None:
    """Write a result as HDF5 (see `write_reconstruction`).

    Raises `InputError` when the file cannot be written.
    """
    with written_whole(path) as stream, h5py.File(stream, "w") as file:
        write_reconstruction(file, measurement, result, attributes)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made if need be; nothing is written over.

    Raises `InputError` when one of them is there already, or cannot be written: then none is.
    """
    for name in files:
        if os.path.exists(folder / name):
            raise InputError(f"{folder / name} is there already; name another folder.")
    try:
        with ExitStack() as undo:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                with (folder / name).open("xb") as file:
                    undo.callback((folder / name).unlink)
                    file.write(content)
            undo.pop_all()
    except OSError as error:
        raise InputError(f"{folder} could not be written to: {error}.") from None
