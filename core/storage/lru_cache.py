"""The one cache in memory: least recently used out first, within a bound; safe in threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

Value = TypeVar("Value")
Owner = TypeVar("Owner")


def _one(value: Any) -> int:
    return 1


class _Making:
    """What those hold who make a value, or wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class SizedLRU(Generic[Value]):
    """The values used last, up to a total size; the newest stays however large it is.

    Values are made one at a time, so that all who ask for the same one share it, and two large
    ones never need twice the memory while they are made. With `together` only those of one key
    are: nobody waits for what somebody else has asked for.

    Parameters
    ----------
    limit, size
        The total size, and that of a value; by default values are counted.
    dropped
        Called with the key and the value that make room for others.
    """

    def __init__(
        self,
        limit: float,
        size: Callable[[Value], int] = _one,
        dropped: Callable[[Hashable, Value], None] = lambda key, value: None,
        *,
        together: bool = False,
    ) -> None:
        self._limit = limit
        self._size = size
        self._dropped = dropped
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()
        self._together = together
        self._makings: WeakValueDictionary[Hashable, _Making] = WeakValueDictionary()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made by `make()` unless it is remembered."""
        value = self.find(key)
        if value is not None:
            return value
        with self._lock:
            making = self._makings.setdefault(key if self._together else None, _Making())
        with making.lock:
            value = self.find(key)
            if value is None:
                value = make()
                self.put(key, value)
            return value

    def find(self, key: Hashable) -> Value | None:
        """Return the value of `key` if it is remembered."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        """Remember `value`, replacing an earlier one."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            total = sum(self._size(other) for other in self._values.values())
            while total > self._limit and len(self._values) > 1:
                oldest, old = self._values.popitem(last=False)
                total -= self._size(old)
                self._dropped(oldest, old)

    def forget(self, gone: Callable[[Any, Value], bool]) -> None:
        """Forget every value of which `gone(key, value)` holds."""
        with self._lock:
            for key in [key for key, value in self._values.items() if gone(key, value)]:
                del self._values[key]

    def take(self, key: Hashable) -> Value | None:
        """Return the value of `key` if it is remembered, and forget it: one caller gets it."""
        with self._lock:
            return self._values.pop(key, None)


def once_per(function: Callable[[Owner], Value]) -> Callable[[Owner], Value]:
    """Cache the value of a function for each object, as long as that object exists.

    A `cached_property` for what does not belong into the object's own class.
    """
    values: WeakKeyDictionary[Any, Value] = WeakKeyDictionary()

    @wraps(function)
    def remembered(owner: Owner) -> Value:
        if owner not in values:
            return values.setdefault(owner, function(owner))
        return values[owner]

    return remembered
