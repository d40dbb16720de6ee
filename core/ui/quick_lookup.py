"""Look up one value of a session without gathering all of them.

A keyed selectbox, slider or number field of Streamlit 1.67 builds a table of everything that the
session holds, only to see whether one key is in it. That took 6 % of a run of the forward page and
11 % of the classical one. While the server runs, the table looks up what it is asked for, and is
gathered only when somebody walks through it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState

_gather: Any = vars(SafeSessionState).get("filtered_state")


class _Values(Mapping[str, Any]):
    """What a session holds, by key: as Streamlit's own table has it."""

    def __init__(self, state: SafeSessionState) -> None:
        self._state = state

    def __getitem__(self, key: str) -> Any:
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_gather.fget(self._state))

    def __len__(self) -> int:
        return len(_gather.fget(self._state))


@contextmanager
def quick_lookup() -> Iterator[None]:
    """Let the widgets of this process look up single values; another Streamlit does as it did."""
    if not isinstance(_gather, property):
        yield
        return
    SafeSessionState.filtered_state = property(_Values)  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        SafeSessionState.filtered_state = _gather  # type: ignore[assignment,method-assign]
