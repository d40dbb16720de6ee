"""One worker as the server sees it: a process that is sent a file and may be ended at any time."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from core.problem.reader_process.limits import Limits
from core.problem.reader_process.messages import read_message, write_message
from core.problem.readers.sinogram.answer import LARGEST_SINOGRAM
from core.problem.readers.slices import LARGEST_SIDE
from core.problem.readers.volume import MOST_VOXELS

COMMAND = (sys.executable, "-m", "core.problem.reader_process.worker")
LARGEST_ANSWER = 4 * max(LARGEST_SIDE**2, LARGEST_SINOGRAM, MOST_VOXELS) + 10**7
"""Bytes: an image, a volume or a sinogram in float32, and fields and angles of the latter."""
START_SECONDS = 60.0
"""A busy machine may take seconds to start Python; this is when it is given up."""

_ROOT = Path(__file__).resolve().parents[3]
_PASSED_ON = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Every further arena of glibc reserves 64 MB of the address space, which is what is limited.
_ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}

Message = tuple[dict[str, Any], bytes]


class CrashError(Exception):
    """The worker ended, or said what no worker says."""


class TimeError(Exception):
    """The worker was ended because it took too long."""


class Worker:
    """One process. `used` says whether it has answered before."""

    def __init__(self) -> None:
        # Of the environment only what Python needs: the worker has no use for others' secrets.
        inherited = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(
            COMMAND,
            cwd=_ROOT,
            env={**inherited, **_ONE_THREAD, **_ONE_ARENA},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._ready = False
        self.used = False

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Wait for the end of its start; raise `CrashError` or `TimeError`."""
        if not self._ready:
            self._exchange(None, START_SECONDS)
            self._ready = True

    def ask(
        self, content: bytes | Path, wanted: Mapping[str, Any], limits: Limits
    ) -> tuple[dict[str, Any], bytes]:
        """Send a file, or its path, and what is wanted of it, and wait for the answer.

        Raises `CrashError` or `TimeError`.
        """
        request = {**wanted, "seconds": limits.seconds, "nbytes": limits.nbytes}
        if isinstance(content, Path):
            request["path"], content = str(content.resolve()), b""
        answer = self._exchange((request, content), limits.seconds)
        self.used = True
        return answer

    def kill(self) -> None:
        """End the process and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:  # what was not sent yet has nobody to read it
                continue

    def _exchange(self, message: Message | None, seconds: float) -> Message:
        """Send a message, if there is one, and read the next one within so many seconds."""
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self._process.kill()  # which ends the reading and writing below

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            if message is not None:
                write_message(self._stream("stdin"), *message)
            return read_message(self._stream("stdout"), largest=LARGEST_ANSWER)
        except (OSError, EOFError, ValueError, RecursionError) as error:
            if expired.is_set():
                raise TimeError from error
            raise CrashError from error
        finally:
            timer.cancel()

    def _stream(self, name: str) -> IO[bytes]:
        stream: IO[bytes] = getattr(self._process, name)
        return stream
