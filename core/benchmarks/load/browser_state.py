"""What a browser knows of its page: messages that it still has, traffic, and jobs that it saw."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from streamlit.proto.Delta_pb2 import Delta

CACHED_RUNS = 30
"""Runs for which a browser keeps a large message not sent again: `maxCachedMessageAge` in
`.streamlit/config.toml`."""
WATCHERS = re.compile(r"(\d+) are watching")


@dataclass(kw_only=True)
class Traffic:
    """What the server has sent to a session: runs, elements and blocks, and bytes."""

    runs: int = 0
    deltas: int = 0
    bytes: int = 0


@dataclass(kw_only=True)
class Seen:
    """What a visitor has seen of jobs.

    watchers : the most who watched one job.
    waited : whether one waited in the queue.
    progress : the last words, and `moved` when they were others.
    """

    watchers: int = 1
    waited: bool = False
    progress: str = ""
    moved: float = field(default_factory=time.monotonic)

    def look(self, text: str) -> None:
        """Read the words of a progress bar."""
        watching = WATCHERS.search(text)
        self.watchers = max(self.watchers, int(watching[1]) if watching else 1)
        self.waited |= "in the queue" in text
        if text != self.progress:
            self.progress, self.moved = text, time.monotonic()


class LargeMessages:
    """Large messages by their hashes: the server sends the hash alone of one that is still here."""

    def __init__(self) -> None:
        self._runs = 0
        self._messages: dict[str, tuple[int, Delta]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def put(self, name: str, delta: Delta) -> None:
        """Keep a message."""
        self._messages[name] = (self._runs, delta)

    def find(self, name: str) -> Delta | None:
        """The message of this hash, which is then kept for longer; None without one."""
        if name not in self._messages:
            return None
        _, delta = self._messages[name]
        self.put(name, delta)
        return delta

    def end_run(self) -> None:
        """Forget what was not used in the last runs of the page."""
        self._runs += 1
        oldest = self._runs - CACHED_RUNS
        self._messages = {name: kept for name, kept in self._messages.items() if kept[0] >= oldest}
