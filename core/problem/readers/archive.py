"""A ZIP archive of images, such as a zipped series of DICOM files: each of them is a slice."""

import re
import zipfile
from collections.abc import Callable

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.source import START_BYTES, Source
from core.problem.readers.stack import Stack, reading

KIND = "ZIP"
ZIP = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
"""How an archive starts that has no files."""
MOST_MEMBERS = 1000
LARGEST_MEMBER = 200_000_000
"""Bytes of one file in an archive, unpacked."""
INDEX = "DICOMDIR"
"""The table of contents of a DICOM study: no image."""
_DIRECTORY_ENTRY = b"PK\x01\x02"

Reader = tuple[Callable[[bytes], bool], Callable[[Source], Stack]]


def recognises(start: bytes) -> bool:
    """Whether the content starts as a ZIP archive."""
    return start.startswith((ZIP, EMPTY))


def opened_archive(source: Source) -> zipfile.ZipFile:
    """Open an archive whose list of members is not absurdly long."""
    # Counted beforehand: the list of members alone could fill the memory.
    if _count(source, _DIRECTORY_ENTRY) > MOST_MEMBERS:
        raise InputError(f"The archive has more than {MOST_MEMBERS} arrays or files.")
    return zipfile.ZipFile(source.open())


def _count(source: Source, mark: bytes) -> int:
    count, rest = 0, b""
    with source.open() as stream:
        while block := stream.read(START_BYTES):
            block = rest + block
            count += block.count(mark)
            rest = block[1 - len(mark) :]
    return count


def open_archive(source: Source, readers: tuple[Reader, ...]) -> Stack:
    """Look at the first picture; the slices are all that are of its kind, sorted by name."""
    with reading(KIND), opened_archive(source) as archive:
        files = [info.filename for info in archive.infolist() if not info.is_dir()]
        if not files:
            raise InputError("The ZIP archive is empty: it has no files.")
        names = sorted((name for name in files if not name.endswith(INDEX)), key=natural)
        open_member, members = _pictures(archive, names, readers)
        if not members:
            listed = ", ".join(names[:12]) or "none"
            raise InputError(
                "The ZIP archive has no 2-D or 3-D array of numbers and no picture; it has no "
                f"arrays, and its files are {listed}."
            )
        first = open_member(member(archive, members[0], source.dataset))
    if len(members) == 1:
        return first

    def read(index: int) -> AnyArray:
        with reading(KIND), opened_archive(source) as archive:
            stack = open_member(member(archive, members[index], source.dataset))
        if stack.slices > 1:
            raise InputError(
                f"{members[index]} in the archive has {stack.slices} slices of its own: open it "
                "alone."
            )
        return stack.read(0)

    return stack_like(first, f"{first.kind} in a ZIP archive", len(members), read)


def stack_like(first: Stack, kind: str, slices: int, read: Callable[[int], AnyArray]) -> Stack:
    """A stack of files with one slice each, of which the first has been opened."""
    return Stack(
        kind=kind,
        dataset=first.dataset,
        arrays={n: (slices, *size[1:]) for n, size in first.arrays.items() if size[0] == 1},
        slices=slices,
        rows=first.rows,
        columns=first.columns,
        read=read,
    )


def _pictures(
    archive: zipfile.ZipFile, names: list[str], readers: tuple[Reader, ...]
) -> tuple[Callable[[Source], Stack], list[str]]:
    """What opens the first picture, and the files that it recognises."""
    for recognises_it, open_it in readers:
        members = [name for name in names if recognises_it(_beginning(archive, name))]
        if members:
            return open_it, members
    return readers[0][1], []


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(1024)


def member(archive: zipfile.ZipFile, name: str, dataset: str) -> Source:
    """Unpack one file of an archive, of which an array is wanted, unless it is too large."""
    size = archive.getinfo(name).file_size
    if size > LARGEST_MEMBER:
        raise InputError(
            f"{name} in the archive has {size / 1e6:.0f} MB; up to {LARGEST_MEMBER // 10**6} MB "
            "are unpacked."
        )
    with archive.open(name) as stream:
        return Source(stream.read(size), dataset)


def natural(name: str) -> list[tuple[int, str]]:
    """Sorts `slice10` after `slice9`."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if k % 2 else (0, part) for k, part in enumerate(parts)]
