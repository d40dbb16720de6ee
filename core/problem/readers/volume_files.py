"""Open a file, an archive or a folder as the slices of one volume."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from core.array_types import AnyArray
from core.errors import InputError, quoted
from core.problem.readers import READERS, archive, arrays, dicom, nifti, open_stack
from core.problem.readers.series import Member, left_out, open_series
from core.problem.readers.source import Source
from core.problem.readers.stack import Stack, reading


def open_volume(content: bytes | Path, dataset: str = "") -> Stack:
    """Look into a file, or a folder; its slices come with directions and spacing where they can."""
    stack = _opened(content, dataset)
    if dataset not in ("", stack.dataset) and not stack.arrays:
        raise InputError(f"This file has one array only: there is no {quoted(dataset)}.")
    return stack


def slice_files(folder: Path) -> list[Path]:
    """The files of a folder of which `open_volume` makes a volume."""
    _, own, _ = _alike(_files_in(folder, ""))
    return [folder / name for name in own]


def _opened(content: bytes | Path, dataset: str) -> Stack:
    if isinstance(content, Path) and content.is_dir():
        return _of_members(_files_in(content, dataset))
    source = Source(content, dataset)
    try:
        start = source.start
    except OSError:  # `open_stack` says what is wrong with it
        return open_stack(source)
    if nifti.recognises(start):
        return nifti.open_volume(source)
    if dicom.recognises(start):
        return open_series([("The file", lambda: source)])
    if archive.recognises(start) and not arrays.recognises(start):
        with reading(archive.KIND):
            opened = archive.opened_archive(source)
            names = [info.filename for info in opened.infolist() if not info.is_dir()]
        if not names:
            raise InputError("The ZIP archive is empty: it has no files.")

        def member(name: str) -> Source:
            with reading(archive.KIND):
                return archive.member(opened, name, dataset)

        return _of_members({name: partial(member, name) for name in names})
    return open_stack(source)


def _files_in(folder: Path, dataset: str) -> dict[str, Callable[[], Source]]:
    """The files of a folder and of those in it; hidden ones are none, nor are broken links."""

    def refuse(error: OSError) -> None:
        named = Path(error.filename).name
        raise InputError(f"The folder {named} cannot be read: {error.strerror}.") from error

    paths = [
        Path(place) / name
        for place, _, names in os.walk(folder, onerror=refuse)
        for name in names
        if not name.startswith(".") and os.path.isfile(os.path.join(place, name))
    ]
    if not paths:
        raise InputError(f"The folder {folder.name} is empty: it has no files.")
    if len(paths) > archive.MOST_MEMBERS:
        raise InputError(
            f"The folder {folder.name} has {len(paths)} files; up to {archive.MOST_MEMBERS} can be "
            "read as a volume."
        )
    return {str(path.relative_to(folder)): partial(Source, path, dataset) for path in paths}


def _of_members(members: Mapping[str, Callable[[], Source]]) -> Stack:
    """The volume of several files: a DICOM series, or pictures sorted by name."""
    kind, own, others = _alike(members)
    if kind == READERS.index(dicom):
        stack = open_series([(name, members[name]) for name in own])
    elif len(own) == 1:
        source = members[own[0]]()
        stack = open_volume(source.content, source.dataset)
    else:
        stack = _of_pictures([(name, members[name]) for name in own])
    return replace(stack, remarks=(*stack.remarks, *left_out(others)))


def _alike(members: Mapping[str, Callable[[], Source]]) -> tuple[int, list[str], list[str]]:
    """The number of the reader that knows most of the files, those that it knows, and the others.

    Raises `InputError` when no reader knows any.
    """
    names = sorted((n for n in members if not n.endswith(archive.INDEX)), key=archive.natural)
    kinds = [_reader_of(_start(name, members[name]())) for name in names]
    found = [kind for kind in kinds if kind is not None]
    if not found:
        listed = ", ".join(names[:12]) or "none"
        raise InputError(
            f"None of the files is a slice or a volume that can be opened; they are {listed}."
        )
    # As many as possible: a picture beside a series is no part of it.
    kind = max(set(found), key=found.count)
    own = [name for name, one in zip(names, kinds, strict=True) if one == kind]
    return kind, own, [name for name in names if name not in own]


def _start(name: str, source: Source) -> bytes:
    try:
        return source.start
    except OSError as error:
        raise InputError(f"The file {name} cannot be read: {error.strerror}.") from error


def _reader_of(start: bytes) -> int | None:
    """The number of the reader that knows a file; None for other files."""
    return next((k for k, reader in enumerate(READERS) if reader.recognises(start)), None)


def _of_pictures(members: Sequence[Member]) -> Stack:
    """A stack of files with one slice each."""
    first = open_stack(members[0][1]())

    def read(index: int) -> AnyArray:
        name, opened = members[index]
        stack = open_stack(opened())
        if stack.slices > 1:
            raise InputError(f"{name} has {stack.slices} slices of its own: open it alone.")
        return stack.read(0)

    return archive.stack_like(first, first.kind, len(members), read)
