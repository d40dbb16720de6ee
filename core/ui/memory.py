"""Memory that the C library would keep for itself, given back to the machine."""

import ctypes
from functools import cache
from typing import Any

M_ARENA_MAX = -8
"""Of glibc's `mallopt`."""

ARENAS = 2
"""Heaps that threads share: glibc would give each of them its own, with its own leftovers."""


@cache
def limit_malloc_arenas() -> None:
    """Let all threads share a few heaps; where there is no glibc, nothing happens."""
    if (libc := _libc()) is not None:
        libc.mallopt(M_ARENA_MAX, ARENAS)


def trim_heap() -> None:
    """Return the free parts of the heaps to the machine: a few milliseconds."""
    if (libc := _libc()) is not None:
        libc.malloc_trim(0)


@cache
def _libc() -> Any:
    try:
        libc = ctypes.CDLL("libc.so.6")
        return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
    except OSError:  # another system
        return None
