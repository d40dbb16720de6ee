"""The one exception that speaks to the person at the screen or the command line."""

from collections.abc import Sequence


class InputError(ValueError):
    """A value that a person can mend; its text says what was wrong and what is allowed."""


def require_number(
    name: str, value: float, *, low: float, high: float, unit: str = "", whole: bool = False
) -> None:
    """Raise `InputError` unless `low <= value <= high` (and `value` is whole, if asked)."""
    allowed = f"{low:g} to {high:g}{' ' + unit if unit else ''}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{name} must be a number from {allowed}, not {value!r}.")
    if not low <= value <= high:  # also refuses NaN
        raise InputError(f"{name} must be from {allowed}, not {value:g}.")
    if whole and value != int(value):
        raise InputError(f"{name} must be a whole number from {allowed}, not {value:g}.")


def require_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Raise `InputError` unless `value` is one of `choices`."""
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
