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

    A folder is read with all that lies in it, and the header of a pair with its second file.
    """
    for what, file in files.items():
        if os.path.exists(path) and _is_part(path, file):
            raise InputError(
                f"{path} is the {what} itself, or a part of it; name another file for --out."
            )


def _is_part(path: Path, file: Path) -> bool:
    if os.path.isdir(file):
        # Also where a link in the folder leads out of it.
        places = path.resolve(), path.parent.resolve()
        return any(place.is_relative_to(file.resolve()) for place in places)
    return any(path.samefile(one) for one in (file, *_second_of(file)))


def _second_of(file: Path) -> Iterator[Path]:
    """The file of values of a NIfTI or Analyze pair, where this is its header."""
    source = Source(file)
    try:
        beside = source.beside(".img") if nifti.is_header_alone(source.start) else None
    except OSError:  # the command says so when it reads the file
        return
    if beside is not None and isinstance(beside.content, Path):
        yield beside.content
