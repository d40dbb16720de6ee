"""What a name on the command line means: after a colon stands a number, or an array and a slice."""

import os
import re
from pathlib import Path

NUMBER = r"-?\d{1,18}"
"""Of a slice or a seed; Python takes no number of thousands of digits."""


def numbered(text: str) -> tuple[str, int | None]:
    """What stands before the colon, and the number behind it; None where there is none."""
    match = re.fullmatch(rf"(.+?)(?::({NUMBER}))?", text)
    if match is None or match[2] is None:
        return text, None
    return match[1], int(match[2])


def file_in(text: str, *, folders: bool = False) -> tuple[Path, str, int | None] | None:
    """The file, the array and the slice in `FILE[:ARRAY][:SLICE]`; None where there is no file.

    The longest beginning that is a file, or a folder where these may be named, is its name: names
    may have colons.
    """
    ends = [len(text), *(match.start() for match in re.finditer(":", text))]
    for end in sorted(ends, reverse=True):
        path = Path(text[:end])
        if text[:end] and (os.path.isfile(path) or (folders and os.path.isdir(path))):
            break
    else:
        return None
    array, number = text[end + 1 :], None
    if match := re.fullmatch(rf"(?:(.*):)?({NUMBER})", array):
        array, number = match[1] or "", int(match[2])
    return path, array, number
