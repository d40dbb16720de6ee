"""Images that the browser fetches when it wants to show them, by name.

The iterates of a solver are many and seldom all looked at. Sent with the figure they would cost
megabytes at every run of the page; named, they cost nothing until somebody scrubs, and then only
once.
"""

from __future__ import annotations

import atexit
import hashlib
import secrets
import shutil
import tempfile
import threading
import weakref
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.storage.lru_cache import SizedLRU

MOST_BYTES = 512_000_000


@dataclass(frozen=True, kw_only=True)
class StoredFrame:
    """An image on the shelf: its name and its smallest and largest finite value."""

    name: str
    lowest: float
    highest: float


class FrameStore:
    """A folder of float32 images, named by their content and a secret that nobody can guess."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self._secret = secrets.token_bytes(32)
        self._sizes: SizedLRU[int] = SizedLRU(most_bytes, size=int, dropped=self._remove)
        self._seen: dict[int, tuple[weakref.ref[np.ndarray], StoredFrame]] = {}

    def put(self, image: np.ndarray) -> StoredFrame:
        """Return the image's place; write it if it is not there. The oldest make room for it.

        An array that cannot be written to is known again without looking at its values. Raises
        `InputError` where the disk takes no more.
        """
        known = self._seen.get(id(image))
        if known is not None and known[0]() is image and self._touch(known[1].name):
            return known[1]
        values = np.ascontiguousarray(image, dtype=np.float32)
        name = hashlib.blake2b(values.data, key=self._secret, digest_size=16).hexdigest()
        if not self._touch(name):
            self._write(name, values)
        lowest, highest = limits(values)
        shelved = StoredFrame(name=name, lowest=lowest, highest=highest)
        if not image.flags.writeable:
            self._remember(image, shelved)
        return shelved

    def _remember(self, image: np.ndarray, shelved: StoredFrame) -> None:
        place = id(image)

        def forget(_: weakref.ref[np.ndarray]) -> None:
            self._seen.pop(place, None)

        self._seen[place] = (weakref.ref(image, forget), shelved)

    def _touch(self, name: str) -> bool:
        return self._sizes.find(name) is not None

    def _write(self, name: str, values: np.ndarray) -> None:
        unfinished = self.folder / f"{name}.{threading.get_ident()}"
        try:
            unfinished.write_bytes(values.data)
            unfinished.replace(self.folder / name)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise InputError(
                f"The iterates cannot be shown: the server's temporary folder takes no more "
                f"({error.strerror}). Everything else works."
            ) from error
        self._sizes.put(name, values.nbytes)

    def _remove(self, name: Hashable, size: int) -> None:
        (self.folder / str(name)).unlink(missing_ok=True)


def limits(values: np.ndarray) -> tuple[float, float]:
    """Smallest and largest finite value; zeros where there is none."""
    finite = np.isfinite(values)
    known = values if finite.all() else values[finite]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


@cache
def shelf() -> FrameStore:
    """The shelf of this process, in a private folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="inverse-problems-frames-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return FrameStore(folder)
