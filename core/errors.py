"""The one exception that speaks to the person at the screen or the command line."""

from collections.abc import Sequence


class InputError(ValueError):
    """A value that a person can correct; its text says what is wrong and what is allowed."""


LONGEST_QUOTE = 60
"""Characters of what a person wrote that an error repeats."""


def quoted(value: object) -> str:
    """What a person wrote, as an error repeats it: text in quotation marks, and all of it short."""
    text = repr(value[: LONGEST_QUOTE + 1] if isinstance(value, str) else value)
    return text if len(text) <= LONGEST_QUOTE + 2 else f"{text[:LONGEST_QUOTE]} …"


def require_number(
    name: str, value: float, *, low: float, high: float, unit: str = "", whole: bool = False
) -> None:
    """Raise `InputError` unless `low <= value <= high` (and `value` is whole, if asked)."""
    allowed = f"{_text(low)} to {_text(high)}{' ' + unit if unit else ''}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{name} must be a number from {allowed}, not {quoted(value)}.")
    if not low <= value <= high:  # also refuses NaN
        raise InputError(f"{name} must be from {allowed}, not {_text(value)}.")
    if whole and value != int(value):
        raise InputError(f"{name} must be a whole number from {allowed}, not {_text(value)}.")


def _text(value: float) -> str:
    """A number in few digits where these are exact, and in all of them where they are not."""
    try:
        short = f"{value:g}"
    except OverflowError:  # more than any float
        return f"a number of {len(str(abs(value)))} digits"
    return short if float(short) == value or value != value else str(value)


def require_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Raise `InputError` unless `value` is one of `choices`."""
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, not {quoted(value)}.")
