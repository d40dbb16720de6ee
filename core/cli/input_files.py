"""The files that a command reads, none of which it may write over."""

import os
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.cli.volume_options import volume_file
from core.errors import InputError
from core.problem.file_names import file_in
from core.problem.images import image_file
from core.problem.readers import Source, nifti
from core.problem.readers.volume_files import slice_files


def files_read(args: Namespace) -> dict[str, Path]:
    """The files, or the folder, that the options of `solve` name, by what they hold."""
    files = {}
    if args.sinogram is not None:
        files["sinogram"] = file_in(args.sinogram)
        files["file of angles"] = file_in(args.angles_file or "")
    if args.image is not None:
        files["image"] = volume_file(args.image) if args.volume else image_file(args.image)
    return {what: file[0] for what, file in files.items() if file is not None}


def check_not_read(path: Path, files: Mapping[str, Path]) -> None:
    """Raise `InputError` where `path`, which is to be written, is one of the files, or part of one.

    Of a folder the slices of the volume are read, wherever links lead, and with the header of a
    pair its second file.
    """
    for what, file in files.items():
        if os.path.exists(path) and _is_part(path, file):
            raise InputError(
                f"{path} is the {what} itself, or a part of it; name another file for --out."
            )


def _is_part(path: Path, file: Path) -> bool:
    files = slice_files(file) if os.path.isdir(file) else [file]
    return any(path.samefile(part) for one in files for part in (one, *_second_of(one)))


def _second_of(file: Path) -> Iterator[Path]:
    """The file of values of a NIfTI or Analyze pair, where this is its header."""
    source = Source(file)
    try:
        beside = source.beside(".img") if nifti.is_header_alone(source.start) else None
    except OSError:  # the command says so when it reads the file
        return
    if beside is not None and isinstance(beside.content, Path):
        yield beside.content
