"""One training of each network at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import InputError


@contextmanager
def training_lock(name: str, state: Path) -> Iterator[None]:
    """Keep other processes from training a network whose state is saved in this file.

    The lock is the operating system's, and goes away with the process, however it ends. Where the
    file system has none, a file takes its place and a warning says so. Raises `InputError` when
    another process has the lock.
    """
    try:
        lock = FileLock(state.with_suffix(".lock"), blocking=False)
        lock.acquire()
    except Timeout:
        raise InputError(
            f"Another process is training {name}, and two would overwrite each other's state "
            f"{state}: wait until it is over, or end it, and start this training again."
        ) from None
    try:
        yield
    finally:
        lock.release()
