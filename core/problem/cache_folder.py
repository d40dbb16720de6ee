"""Where the lab keeps what it can compute again: one private folder."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def cache_folder(name: str) -> Path:
    """Return the folder for one kind of kept things, made if need be and closed to other users.

    It lies in `$LAB_CACHE` if that is set, else in `$XDG_CACHE_HOME/inverse-problems-lab`, else in
    `.cache/lab` beside the code.

    Raises
    ------
    OSError
        If the folder cannot be made.
    """
    if chosen := os.environ.get("LAB_CACHE"):
        root = Path(chosen)
    elif caches := os.environ.get("XDG_CACHE_HOME"):
        root = Path(caches) / "inverse-problems-lab"
    else:
        root = PROJECT / ".cache" / "lab"
    folder = root / name
    for place in (root, folder):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
