"""The browser of this machine that measurements, tests and pictures drive."""

from pathlib import Path

DEBIANS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The first is Chromium without its windows: a page takes a fifth less processor time in it."""


def system_browser() -> str | None:
    """The path of Debian's Chromium; None where Playwright's own build is to be used."""
    return next((str(path) for path in DEBIANS if path.exists()), None)
