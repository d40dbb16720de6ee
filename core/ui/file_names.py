"""Names of the files that people take away: what, of which scan, and when."""

import datetime
import re
import unicodedata

from core.problem.measurement import Source
from core.problem.uploads import uploads_in

LONGEST = 40
OWN = "own-image"
"""In place of the name of a visitor's own file."""


def file_name(what: str, source: Source, extension: str) -> str:
    """A name such as `fista_colin27-t1-weighted-slice-22_2026-11-29.h5`."""
    return f"{slug(what, '_')}_{scan_name(source)}_{datetime.date.today().isoformat()}.{extension}"


def scan_name(source: Source) -> str:
    """The scan in the name of a file; that of a visitor's own file is left out."""
    return OWN if uploads_in(source) else slug(source.label)


def slug(text: str, between: str = "-") -> str:
    """A text as letters, digits and hyphens, the way every file system takes it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", between, plain).strip(between)[:LONGEST].rstrip(between) or "scan"
