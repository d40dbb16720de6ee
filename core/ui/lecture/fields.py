"""Reading the fields of a table that a person wrote, and saying what is wrong with them."""

from collections.abc import Callable, Mapping
from typing import Any

from core.errors import InputError, quoted, require_choice

Complain = Callable[[str, str], None]
"""Is called with the name of a field and a sentence."""
Read = Callable[[Any], Any]
"""Returns a value in its type; raises `InputError` with what is allowed."""


class Fields:
    """A table of TOML from which fields are taken; those that nobody takes are mistakes.

    Attributes
    ----------
    values
        What has not been taken yet.
    """

    def __init__(self, values: Mapping[str, Any], complain: Complain) -> None:
        self.values = dict(values)
        self.complain = complain
        self._asked: list[str] = []

    def take(self, name: str, read: Read, *, required: bool = False, default: Any = None) -> Any:
        """The value of a field, or its default where it is missing or wrong."""
        self._asked.append(name)
        if name not in self.values:
            if required:
                self.complain(name, "This field is missing.")
            return default
        try:
            return read(self.values.pop(name))
        except InputError as error:
            self.complain(name, str(error))
            return default

    def table(self, name: str) -> "Fields | None":
        """The fields of a table within this one; None where it is missing."""
        self._asked.append(name)
        value = self.values.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.complain(name, f"This must be a table, [{name}], not {quoted(value)}.")
            return None
        return Fields(value, lambda field, sentence: self.complain(f"{name}.{field}", sentence))

    def finish(self) -> None:
        """Complain of what nobody has taken."""
        for name in self.values:
            self.complain(name, f"There is no such field; there are {', '.join(self._asked)}.")


def words(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"It must be a text in quotation marks, not {quoted(value)}.")
    return value.strip()


def number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value - value != 0:
        raise InputError(f"It must be a number, not {quoted(value)}.")
    return float(value)


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts, none of them empty."""
    if not isinstance(value, list) or not value:
        raise InputError(f"It must be a list of texts, not {quoted(value)}.")
    return tuple(map(words, value))


def switch(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InputError(f"It must be true or false, not {quoted(value)}.")
    return value


def choices(*allowed: str) -> Read:
    """Read a text that is one of `allowed`."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise InputError(f"It must be one of {', '.join(allowed)}, not {quoted(value)}.")
        require_choice("It", value, allowed)
        return value

    return read


def several(*allowed: str) -> Read:
    """Read a list of texts, each of them one of `allowed`."""
    return lambda value: tuple(map(choices(*allowed), texts(value)))
