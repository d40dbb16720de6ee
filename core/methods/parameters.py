"""Parameters that declare themselves once and become widgets, options and permalinks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from core.problem.errors import InputError, require_choice, require_number

Value = bool | int | float | str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What is known of one parameter of a method.

    `low` and `high` bound a number, `log` asks for a logarithmic control, `choices` lists the
    allowed words, `symbol` is LaTeX as it stands in the method's equation. `only` names another
    parameter and the choices of it with which this one counts: with any other it does nothing.
    """

    name: str
    default: Value
    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    symbol: str = ""
    help: str = ""
    only: tuple[str, tuple[str, ...]] | None = None

    @property
    def log_low(self) -> float | None:
        """Where a logarithmic control begins: at `low`, or 1e-8 of `high` beside a `low` of 0."""
        if self.low == 0 and self.high is not None:
            return 1e-8 * self.high
        return self.low

    @property
    def title(self) -> str:
        """The name as a person reads it."""
        return self.name.replace("_", " ").capitalize()

    def check(self, value: Value) -> None:
        """Raise `InputError` unless `value` is allowed."""
        if self.choices:
            require_choice(self.title, str(value), self.choices)
        elif isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise InputError(f"{self.title} must be true or false, not {value!r}.")
        elif self.low is not None and self.high is not None:
            whole = isinstance(self.default, int)
            if isinstance(value, str):
                raise InputError(f"{self.title} must be a number, not {value!r}.")
            require_number(
                self.title, value, low=self.low, high=self.high, unit=self.unit, whole=whole
            )

    def clean(self, value: Value) -> Value:
        """Return `value` in the type of the default, so that equal questions have equal keys.

        Raises `InputError` unless it is allowed.
        """
        self.check(value)
        if isinstance(self.default, bool) or self.choices:
            return value
        return type(self.default)(value)

    def parse(self, text: str) -> Value:
        """Read a value from text, as in `--set name=value` or a URL; raise `InputError`."""
        value: Value = text
        if isinstance(self.default, bool):
            words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
            if text.lower() not in words:
                raise InputError(f"{self.title} must be true or false, not {text!r}.")
            value = words[text.lower()]
        elif isinstance(self.default, (int, float)):
            kind = type(self.default)
            try:
                value = kind(text)
            except ValueError:
                word = "a whole number" if kind is int else "a number"
                raise InputError(f"{self.title} must be {word}, not {text!r}.") from None
        self.check(value)
        return value

    def nearest(self, value: Value) -> Value:
        """The allowed value nearest to `value`; the default where none is near."""
        if self.choices or isinstance(self.default, bool) or isinstance(value, (str, bool)):
            try:
                self.check(value)
            except InputError:
                return self.default
            return value
        if self.low is None or self.high is None or math.isnan(value):
            return self.default
        clipped = min(max(value, self.low), self.high)
        return round(clipped) if isinstance(self.default, int) else float(clipped)


def param(
    default: Value,
    *,
    low: float | None = None,
    high: float | None = None,
    log: bool = False,
    choices: tuple[str, ...] = (),
    unit: str = "",
    symbol: str = "",
    help: str = "",
    only: tuple[str, tuple[str, ...]] | None = None,
) -> Any:
    """Declare a dataclass field that is a parameter of a method."""
    described = {
        "default": default,
        "low": low,
        "high": high,
        "log": log,
        "choices": choices,
        "unit": unit,
        "symbol": symbol,
        "help": help,
        "only": only,
    }
    return field(default=default, metadata={"parameter": described})


def parameters_of(method: Any) -> tuple[Parameter, ...]:
    """The parameters of a method (its class or an instance), in the order declared."""
    return tuple(
        Parameter(name=f.name, **f.metadata["parameter"])
        for f in fields(method)
        if "parameter" in f.metadata
    )


def values_of(method: Any) -> dict[str, Value]:
    """The values of a method's parameters by name."""
    return {p.name: getattr(method, p.name) for p in parameters_of(method)}


def parse_values(method: type[Any], texts: Mapping[str, str]) -> dict[str, Value]:
    """Read parameters from text by name; an unknown name or a bad value raises `InputError`."""
    known = {p.name: p for p in parameters_of(method)}
    for name in texts:
        if name not in known:
            allowed = ", ".join(known) or "no parameters at all"
            raise InputError(f"{method.name} has no parameter {name!r}; it has {allowed}.")
    return {name: known[name].parse(text) for name, text in texts.items()}
