"""Values that are dear to make, remembered in memory within a bound."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values used last, up to a total size; the newest stays however large it is.

    Safe in threads. Values are made one at a time, so that many who ask for the same one share
    it, and two large ones never need twice the memory while they are made.
    """

    def __init__(self, limit: float, size: Callable[[Value], int]) -> None:
        self._limit = limit
        self._size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made by `make()` unless it is remembered."""
        found = self.find(key)
        if found is not None:
            return found
        with self._making:
            found = self.find(key)
            if found is not None:
                return found
            value = make()
            with self._lock:
                self._values[key] = value
                total = sum(self._size(kept) for kept in self._values.values())
                while total > self._limit and len(self._values) > 1:
                    _, oldest = self._values.popitem(last=False)
                    total -= self._size(oldest)
            return value

    def find(self, key: Hashable) -> Value | None:
        """Return the value of `key` if it is remembered."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)
