"""Names of the files that people take away: what, of which scan, and when."""

import datetime
import re
import unicodedata

from core.description import Described, values
from core.parameter import text_of
from core.problem.measured import MeasuredScan
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.problem.uploads import uploads_in
from core.problem.volume_scan import VolumeScan

LONGEST = 40
OWN = {MeasuredScan: "own-sinogram", VolumeScan: "own-volume", Scan: "own-image"}
"""In place of the name of a visitor's own file."""


def file_name(what: str, source: Source, extension: str) -> str:
    """A name such as `fista_colin27-t1-weighted-slice-22_2026-11-29.h5`."""
    return dated(what, scan_name(source), extension)


def dated(what: str, scan: str, extension: str) -> str:
    """The same where the scan is known by its name in names of files."""
    return f"{slug(what, '_')}_{scan}_{datetime.date.today().isoformat()}.{extension}"


def scan_name(source: Source) -> str:
    """The scan in the name of a file; that of a visitor's own file is left out."""
    if uploads_in(source):
        return next((own for kind, own in OWN.items() if isinstance(source, kind)), "own-file")
    return slug(source.label)


def scan_note(source: Source) -> str:
    """Of which scan a file is, in lines: its label, and what is not as in the usual scan."""
    if not isinstance(source, Described):
        return source.label
    usual = values(type(source)())
    changed = [
        f"{name}={text_of(value)}"
        for name, value in values(source).items()
        if usual.get(name) != value and len(text_of(value)) <= LONGEST
    ]
    return "\n".join([source.label, *([", ".join(changed)] if changed else [])])


def slug(text: str, between: str = "-") -> str:
    """A text as letters, digits and hyphens, the way every file system takes it."""
    # A dash of print stands between two numbers, or two names: it is no letter to be left out.
    dashed = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    plain = unicodedata.normalize("NFKD", dashed).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", between, plain).strip(between)[:LONGEST].rstrip(between) or "scan"
