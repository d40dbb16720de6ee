"""Where a foreign file lies, in memory or on disk, and which of its arrays is wanted."""

import io
import os
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

START_BYTES = (1 << 20) + 16
"""HDF5 may begin after a user block of up to 1 MiB."""


class Source:
    """A file that is read where it lies: readers seek in it, so that a large one costs little.

    Parameters
    ----------
    content : what the file holds, or its path.
    dataset : the name of the array that is wanted, "" for the reader's own choice.
    """

    def __init__(self, content: bytes | Path, dataset: str = "") -> None:
        self.content = content
        self.dataset = dataset

    @cached_property
    def start(self) -> bytes:
        """The first bytes, which say of which kind the file is."""
        with self.open() as stream:
            return stream.read(START_BYTES)

    def open(self) -> BinaryIO:
        """The file as a stream of its own, at its start."""
        if isinstance(self.content, Path):
            return self.content.open("rb")
        return io.BytesIO(self.content)

    def beside(self, suffix: str) -> "Source | None":
        """The file of the same name with another suffix, where there is one."""
        if not isinstance(self.content, Path):
            return None
        for candidate in (suffix, suffix.upper()):
            other = self.content.with_suffix(candidate)
            if os.path.isfile(other):
                return Source(other)
        return None
