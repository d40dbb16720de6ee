"""What one file may cost, and how a worker keeps to it.

Where there is no `resource`, as on Windows, or memory is not counted, as on macOS, the limit of
time remains, which the other side keeps too.
"""

import faulthandler
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 5
"""The other side ends a slow worker; that much later a worker ends itself, should it be alone."""

NICENESS = 5
"""Pages come first: a file that keeps a worker busy must not slow them down."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that reading one file may take: seconds and bytes of memory."""

    seconds: float = 20.0
    nbytes: int = 10**9


class Limiter:
    """Keeps this process within limits, for one file after the other.

    Made when everything is loaded: the memory that it uses then is not counted.
    """

    def __init__(self) -> None:
        self._start = address_space()
        with suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no files
        if hasattr(os, "nice"):
            os.nice(NICENESS)
        # Never closed: the timer writes to it when everything else hangs.
        self._nowhere = open(os.devnull, "w")  # noqa: SIM115

    def begin(self, limits: Limits) -> None:
        """Bound what the next file may take, counted from now."""
        # The timer of `faulthandler` ends the process without asking the interpreter, which may
        # be held by a library that loops.
        faulthandler.dump_traceback_later(
            limits.seconds + GRACE_SECONDS, exit=True, file=self._nowhere
        )
        with suppress(ImportError, OSError, ValueError):
            import resource

            used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            seconds = int(used + limits.seconds) + GRACE_SECONDS
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
            if self._start:
                _, hard = resource.getrlimit(resource.RLIMIT_AS)
                resource.setrlimit(resource.RLIMIT_AS, (self._start + limits.nbytes, hard))

    def end(self) -> None:
        """Lift the limit of wall time: the file has been read."""
        faulthandler.cancel_dump_traceback_later()

    @property
    def grown(self) -> int:
        """Bytes by which the process is larger than at its start; 0 where they are not counted."""
        return address_space() - self._start


def address_space() -> int:
    """The bytes of this process' address space; 0 on systems other than Linux."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
