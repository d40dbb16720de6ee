"""One parameter that declares itself: its range, its words, and how it is read and written."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import InputError, quoted, require_choice, require_number
from core.number_format import count

Value = bool | int | float | str | tuple[float, ...]
Place = Literal["main", "half", "more"]
"""Where a control stands: full width, beside another one, or under *More settings*."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A number that is allowed and yet cannot be meant: what is, and a sentence that says so."""

    meant: float
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """The description of one parameter.

    `low` and `high` bound a number, or each number of a list, which has at most `most` of them.
    `log` asks for a logarithmic control, `choices` lists the allowed words and `words` what people
    read in their place, `symbol` is LaTeX as it stands in the equation. `only` names another
    parameter and the choices of it with which this one counts: with any other it does nothing.

    `regularises` says that it is the weight of a regulariser, which a sweep can choose.

    `label` is what stands on a control where `title` with symbol and unit would be too long;
    `stops` are the numbers at which its slider stops, written by `show`; `typed` asks for a field
    to type in, `listed` for a list that opens, however few its choices, and `place` says where the
    control stands. `phrase` writes a value in a sentence,
    the number with its unit in brackets, times `scale`: "[{}] views", or "[{} %] noise" with a
    scale of 100. `aliases` are the names that it had in older links and commands.
    `text` checks a free text, and raises `InputError` where it is not allowed. `mistake` knows the
    numbers within the bounds that nobody means, and what is meant by them.
    """

    name: str
    default: Value
    low: float | None = None
    high: float | None = None
    most: int | None = None
    log: bool = False
    choices: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict, compare=False)
    unit: str = ""
    symbol: str = ""
    help: str = ""
    only: tuple[str, tuple[str, ...]] | None = None
    regularises: bool = False
    title: str = ""
    label: str = ""
    stops: tuple[float, ...] = ()
    show: Callable[[float], str] | None = field(default=None, compare=False)
    typed: bool = False
    listed: bool = False
    place: Place = "main"
    phrase: str = ""
    scale: float = 1.0
    aliases: tuple[str, ...] = ()
    text: Callable[[str], object] | None = field(default=None, compare=False)
    mistake: Callable[[float], Mistake | None] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.title:
            object.__setattr__(self, "title", self.name.replace("_", " ").capitalize())

    @property
    def log_low(self) -> float | None:
        """Where a logarithmic control begins: at `low`, or 1e-8 of `high` beside a `low` of 0."""
        if self.low == 0 and self.high is not None:
            return 1e-8 * self.high
        return self.low

    @property
    def whole(self) -> bool:
        """Whether the value is a whole number."""
        return isinstance(self.default, int) and not isinstance(self.default, bool)

    def check(self, value: Any) -> None:
        """Raise `InputError` unless `value` is allowed."""
        if self.choices:
            require_choice(self.title, str(value), self.choices)
        elif isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise InputError(f"{self.title} must be true or false, not {quoted(value)}.")
        elif isinstance(self.default, tuple):
            self._check_list(value)
        elif self.text is not None:
            if not isinstance(value, str):
                raise InputError(f"{self.title} must be a text, not {quoted(value)}.")
            self.text(value)
        elif self.low is not None and self.high is not None:
            self._check_number(value)

    def _check_number(self, value: Any) -> None:
        if self.low is None or self.high is None:
            return
        if isinstance(value, str):
            raise InputError(f"{self.title} must be a number, not {quoted(value)}.")
        require_number(
            self.title, value, low=self.low, high=self.high, unit=self.unit, whole=self.whole
        )
        if self.mistake is not None and (found := self.mistake(value)) is not None:
            raise InputError(found.sentence)

    def _check_list(self, value: Any) -> None:
        if not isinstance(value, Sequence) or isinstance(value, str) or not len(value):
            raise InputError(f"{self.title} must be a list of numbers, not {quoted(value)}.")
        if self.most is not None and len(value) > self.most:
            raise InputError(f"{self.title} may have up to {self.most} numbers, not {len(value)}.")
        for number in value:
            self._check_number(number)

    def clean(self, value: Any) -> Any:
        """Return `value` in the type of the default, so that equal questions have equal keys.

        Raises `InputError` unless it is allowed.
        """
        self.check(value)
        if isinstance(self.default, bool) or self.choices:
            return value
        if isinstance(self.default, tuple):
            return tuple(float(number) for number in value)
        return type(self.default)(value)

    def parse(self, text: str) -> Value:
        """Read a value from text, as in `--set name=value` or a URL; raise `InputError`."""
        value: Value = text
        if isinstance(self.default, bool):
            words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
            if text.lower() not in words:
                raise InputError(f"{self.title} must be true or false, not {quoted(text)}.")
            value = words[text.lower()]
        elif isinstance(self.default, tuple):
            value = self._parse_list(text)
        elif isinstance(self.default, (int, float)):
            kind = type(self.default)
            try:
                value = kind(text)
            except ValueError:
                word = "a whole number" if kind is int else "a number"
                raise InputError(f"{self.title} must be {word}, not {quoted(text)}.") from None
        self.check(value)
        return value

    def _parse_list(self, text: str) -> tuple[float, ...]:
        try:
            return tuple(float(number) for number in text.replace(",", " ").split())
        except ValueError:
            raise InputError(
                f"{self.title} must be numbers with commas between them, not {quoted(text)}."
            ) from None

    def in_words(self, value: float) -> str:
        """A value in a sentence: "12 views"."""
        return self.phrase.format(self._scaled(value)).replace("[", "").replace("]", "")

    def with_unit(self, value: float) -> str:
        """A value with the unit that it has in a sentence: "180°"."""
        return self.phrase.partition("[")[2].partition("]")[0].format(self._scaled(value))

    def _scaled(self, value: float) -> str:
        scaled = round(self.scale * value, 6)
        return count(scaled) if scaled >= 1e5 else f"{scaled:g}"

    def read(self, text: str) -> tuple[Value, str]:
        """Read a value from a link: the nearest allowed one, and a sentence where that differs."""
        try:
            return self.parse(text), ""
        except InputError as error:
            value = self.nearest(self._number(text))
            sentence = str(error).removesuffix(".")
            return value, f"{sentence}; the link was read with {text_of(value)}."

    def _number(self, text: str) -> Value:
        if not isinstance(self.default, (int, float)) or isinstance(self.default, bool):
            return text
        try:
            return float(text)
        except ValueError:
            return self.default

    def nearest(self, value: Value) -> Value:
        """The allowed value nearest to `value`; the default where none is near."""
        if (
            self.choices
            or isinstance(self.default, (bool, tuple))
            or isinstance(value, (str, bool, tuple))
        ):
            try:
                self.check(value)
            except InputError:
                return self.default
            return value
        if self.low is None or self.high is None or math.isnan(value):
            return self.default
        clipped = min(max(value, self.low), self.high)
        if self.mistake is not None and (found := self.mistake(clipped)) is not None:
            return found.meant
        return round(clipped) if self.whole else float(clipped)


def text_of(value: Value) -> str:
    """Write a value so that `Parameter.parse` reads it back, as short as exactness allows."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(text_of(number) for number in value)
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)
