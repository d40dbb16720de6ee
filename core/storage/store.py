"""Results on disk: bounded, private, least recently used out first, and without pickle."""

import logging
import sqlite3
import time
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import diskcache
from diskcache.core import MODE_BINARY, MODE_RAW

from core.errors import InputError
from core.storage.cache_folder import cache_folder
from core.storage.record import Record

SIZE_LIMIT = 512 * 2**20

T = TypeVar("T")
log = logging.getLogger(__name__)


class RawDisk(diskcache.Disk):
    """Takes text keys and raw bytes only; whatever else it finds, it does not open.

    diskcache would pickle other values and unpickle what it finds (CVE-2025-69872).
    """

    def put(self, key: Any) -> tuple[str, bool]:
        """Return the key for the table; anything but text raises `TypeError`."""
        if not isinstance(key, str):
            raise TypeError(f"Keys are text, not {type(key).__name__}.")
        return key, True

    def get(self, key: Any, raw: bool) -> str:
        """Return a key of the table; one that is not text raises `OSError`, which is a miss."""
        if not (raw and isinstance(key, str)):
            raise OSError("A foreign key in the store.")
        return key

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[Any, ...]:
        """Write bytes; anything else raises `TypeError`."""
        if not isinstance(value, bytes) or read:
            raise TypeError(f"Values are bytes, not {type(value).__name__}.")
        columns: tuple[Any, ...] = super().store(value, False, key)
        return columns

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> bytes:
        """Read bytes back; any other kind of entry raises `OSError`, which is a miss."""
        if mode == MODE_RAW and isinstance(value, bytes):
            return value
        folder = Path(self._directory).resolve()
        path = (folder / (filename or "")).resolve()
        if mode != MODE_BINARY or folder not in path.parents:
            raise OSError("A foreign entry in the store.")
        return path.read_bytes()


class Store:
    """Records by key in one folder, for any number of threads and processes.

    It holds `size_limit` bytes, give or take a few records. What cannot be read counts as
    absent; what cannot be written is left out, and the log says so once. Without a folder it is
    always empty.
    """

    def __init__(self, folder: Path | None, size_limit: int = SIZE_LIMIT) -> None:
        self._cache = None if folder is None else _open(folder, size_limit)
        self._writes = True

    def get(self, key: str) -> Record | None:
        """The record of this key, or None."""
        if self._cache is None:
            return None
        try:
            data = self._cache.get(key, retry=True)
            if data is None:
                return None
            return Record.from_bytes(data)
        except (OSError, sqlite3.Error) as error:
            log.warning("The store could not be read: %s", error)
        except (ValueError, TypeError, KeyError) as error:
            log.warning("A damaged entry of the store was removed: %s", error)
            self.remove(key)
        return None

    def recall(self, key: str, decode: Callable[[Record], T]) -> T | None:
        """What `decode` makes of the record of this key; None, and gone, if it cannot."""
        record = self.get(key)
        if record is None:
            return None
        try:
            return decode(record)
        except (ValueError, KeyError, TypeError) as error:
            log.warning("A stored result could not be read: %r", error)
            self.remove(key)
            return None

    def put(self, key: str, record: Record) -> None:
        """Store a record under this key."""
        if self._cache is None:
            return
        try:
            content = record.to_bytes()
        except ValueError as error:
            log.warning("A result cannot be stored, and is computed again: %s", error)
            return
        try:
            self._cache.set(key, content, retry=True)
            self._writes = True
        except (OSError, sqlite3.Error) as error:
            if self._writes:
                log.warning("Results cannot be stored, and are computed again: %s", error)
            self._writes = False

    def remove(self, key: str) -> None:
        """Forget the record of this key, if there is one."""
        if self._cache is None:
            return
        try:
            self._cache.delete(key, retry=True)
        except (OSError, sqlite3.Error) as error:
            log.warning("An entry of the store could not be removed: %s", error)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle: another process has a store of its own, which stands in for this one."""
        return the_store, ()

    def trouble(self) -> str:
        """A sentence if a record cannot be written and read back; empty if it can."""
        if self._cache is None:
            return "The store has no folder that can be written to."
        key, now = f"trouble {uuid.uuid4().hex}", time.time()
        try:
            self._cache.set(key, Record(header={"now": now}, arrays={}).to_bytes(), retry=True)
            written = Record.from_bytes(self._cache.pop(key, b"", retry=True)).header["now"] == now
        except (OSError, sqlite3.Error, ValueError) as error:
            return f"The store at {self._cache.directory} does not work: {error}."
        return "" if written else f"The store at {self._cache.directory} loses what it is given."

    @property
    def nbytes(self) -> int:
        """The bytes that the store takes on disk."""
        return 0 if self._cache is None else int(self._cache.volume())


def _open(folder: Path, size_limit: int) -> diskcache.Cache:
    options = {
        "disk": RawDisk,
        "size_limit": size_limit,
        "eviction_policy": "least-recently-used",
        "cull_limit": 2,  # per put; diskcache's 10 would empty a store of large results
    }
    try:
        return diskcache.Cache(str(folder), **options)
    except sqlite3.OperationalError:  # locked, full or read-only, and others may be using it
        raise
    except sqlite3.DatabaseError as error:
        log.warning("The store was damaged and starts anew: %s", error)
        for damaged in folder.glob("cache.db*"):
            damaged.unlink(missing_ok=True)
        return diskcache.Cache(str(folder), **options)


@cache
def the_store() -> Store:
    """The store of this installation, opened once per process; empty if no folder will do."""
    try:
        return Store(cache_folder("results"))
    except (InputError, OSError, sqlite3.Error) as error:
        log.warning("Results are not stored, and computed again when they are needed: %s", error)
        return Store(None)
