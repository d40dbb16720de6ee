"""The private folder in which the lab keeps what it has computed before."""

import os
import tempfile
from pathlib import Path

from core.errors import InputError

PROJECT = Path(__file__).resolve().parents[2]


def cache_folder(name: str) -> Path:
    """Return the folder of this name, open to its owner only; make it if need be.

    It lies in the folder that `LAB_CACHE` names, otherwise in the project's `.cache`, or in the
    system's temporary folder where the project may not be written to. Raises `InputError` when
    there is no such folder.
    """
    configured = os.environ.get("LAB_CACHE")
    parents = [PROJECT / ".cache", Path(tempfile.gettempdir()) / f"inverse-problems-lab-{_user()}"]
    reason: OSError | None = None
    for parent in [Path(configured)] if configured else parents:
        try:
            return _made_private(parent, name)
        except OSError as error:
            reason = error
    raise InputError(
        f"No folder for the cache: {configured or 'the project and the temporary folder'} cannot "
        f"be written to ({reason}). Set LAB_CACHE to a folder of your own."
    )


def _made_private(parent: Path, name: str) -> Path:
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = parent / name
    folder.mkdir(mode=0o700, exist_ok=True)
    for made in (parent, folder):
        # In a shared temporary folder another user may have made it first, to read its files.
        if hasattr(os, "getuid") and made.lstat().st_uid != os.getuid():
            raise PermissionError(f"{made} belongs to another user")
    folder.chmod(0o700)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"{folder} may not be written to")
    return folder


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"
