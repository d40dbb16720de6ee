"""Objects made of parts that describe themselves: one walk for every reader and writer.

A described dataclass declares its numbers and words with `param(...)` and its parts with
`part(FAMILY)`, where a family lists the classes of which one is chosen by name, or with
`several(FAMILY)`, where any number of them may be on at once. Three walks do the rest:

- `make` asks for each parameter in turn and builds the object: the asker may be a widget, a link
  or the command line;
- `values` writes an object as a flat table, with the names that `make` asks for;
- `all_parameters` lists each parameter of each member, for options, documentation and tests.

The walk is one-directional: a class says what it has, and never who is asking.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from typing import Any, ClassVar, TypeVar

from core.keys import LATER
from core.parameter import Parameter, Value
from core.parameters import parameter_in, validate

Ask = Callable[[Parameter], Any]
"""Returns an allowed value of a parameter."""

T = TypeVar("T")


class Described:
    """A frozen dataclass whose fields are parameters and parts.

    A member of a family has a `name`, by which it is chosen, a `title` for people and a number
    `order`, by which the members are sorted.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    order: ClassVar[int] = 0

    def __post_init__(self) -> None:
        validate(self)

    @classmethod
    def choices(cls) -> Mapping[str, str]:
        """The names by which this member is chosen, with what people read for each."""
        return {cls.name: cls.title}

    @property
    def choice(self) -> str:
        """The name by which this object would be chosen."""
        return self.name

    @classmethod
    def refined(cls, parameter: Parameter, answers: Mapping[str, Any]) -> Parameter:
        """The parameter, its bounds narrowed by what has been answered before it."""
        return parameter

    @classmethod
    def build(cls: type[T], walk: "Walk", prefix: str = "") -> T:
        """Build the object by asking for everything that it declares."""
        return cls(**walk.answers_of(cls, prefix))

    def flat_values(self, prefix: str = "") -> dict[str, Value]:
        """Everything that the object declares, flat, by the names that `build` asks for."""
        flat: dict[str, Value] = {}
        for declared in fields(self):  # type: ignore[arg-type]
            value = getattr(self, declared.name)
            if parameter_in(declared) is not None:
                flat[prefix + declared.name] = value
            elif (family := family_in(declared)) is not None:
                flat[family.name] = value.choice
                flat |= value.flat_values(family.prefix)
            elif (family := several_in(declared)) is not None:
                held = {type(member): member for member in value}
                for kind in family.members:
                    flat |= held.get(kind, kind()).flat_values(f"{kind.name}_")
        return flat


@dataclass(frozen=True, kw_only=True)
class Family:
    """Classes of which one is chosen, and the parameter that chooses it.

    `prefix` stands before the names of the members' own parameters, `aliases` are older names of
    the choice.
    """

    name: str
    members: tuple[type[Any], ...]
    help: str = ""
    title: str = ""
    prefix: str = ""
    place: Any = "main"
    default: str = ""
    aliases: tuple[str, ...] = ()

    @cached_property
    def parameter(self) -> Parameter:
        """The parameter that chooses a member."""
        words = {name: word for member in self.members for name, word in member.choices().items()}
        return Parameter(
            name=self.name,
            default=self.default if self.default in words else next(iter(words)),
            choices=tuple(words),
            words=words,
            help=self.help,
            title=self.title,
            place=self.place,
            aliases=self.aliases,
        )

    def member(self, choice: str) -> type[Any]:
        """The class that a name chooses."""
        return next(member for member in self.members if choice in member.choices())


def part(family: Family, make: Callable[[], Any]) -> Any:
    """Declare a dataclass field that holds a member of a family; `make` gives its default."""
    return field(default_factory=make, metadata={"family": family})


def family_in(declared: Any) -> Family | None:
    """The family that a dataclass field declares; None for others."""
    family: Family | None = declared.metadata.get("family")
    return family


def several(family: Family) -> Any:
    """Declare a dataclass field that holds a tuple of members of a family, none at first.

    `build` asks for the parameters of every member, with the name of the member before theirs; the
    object keeps those that are on; one that is off is as it is made without arguments. The field is
    `LATER`: a key without members does not name it.
    """
    return field(default=(), metadata={"several": family, LATER: True})


def several_in(declared: Any) -> Family | None:
    """The family of which a dataclass field holds any number of members; None for others."""
    family: Family | None = declared.metadata.get("several")
    return family


class Walk:
    """One walk through a description: who is asked, and what has been answered.

    Attributes
    ----------
    answers
        The values by their names, in the order asked.
    files
        A visitor's own files by their hash, for images that need one.
    """

    def __init__(self, ask: Ask, files: Mapping[str, Any]) -> None:
        self._ask = ask
        self.files = files
        self.answers: dict[str, Any] = {}

    def ask(self, parameter: Parameter) -> Any:
        """Ask for one parameter and remember the answer."""
        self.answers[parameter.name] = value = self._ask(parameter)
        return value

    def answers_of(self, described: Any, prefix: str) -> dict[str, Any]:
        """Ask for everything that a class declares: keywords for making it."""
        made: dict[str, Any] = {}
        for name, parameter, family, several in _declared(described, prefix):
            if parameter is not None:
                made[name] = self.ask(described.refined(parameter, self.answers))
            elif family is not None:
                member = family.member(self.ask(described.refined(family.parameter, self.answers)))
                made[name] = member.build(self, family.prefix)
            elif several is not None:
                made[name] = tuple(m.build(self, f"{m.name}_") for m in several.members)
        return made


@cache
def _declared(
    described: Any, prefix: str
) -> tuple[tuple[str, Parameter | None, Family | None, Family | None], ...]:
    """The fields of a class by name: each with its parameter, family or family of several."""
    found = []
    for declared in fields(described):
        parameter = parameter_in(declared)
        named = None if parameter is None else _prefixed(parameter, prefix)
        found.append((declared.name, named, family_in(declared), several_in(declared)))
    return tuple(found)


def make(described: type[T], ask: Ask, files: Mapping[str, Any] | None = None) -> T:
    """Build a described object by asking for each of its parameters."""
    # An empty table may be filled while the walk goes on.
    walk = Walk(ask, {} if files is None else files)
    built: T = described.build(walk)  # type: ignore[attr-defined]
    return built


def values(described: Described) -> dict[str, Value]:
    """Everything that defines an object, flat, by the names that `make` asks for."""
    return described.flat_values()


def parameters_with_values(described: Described) -> list[tuple[Parameter, Value]]:
    """Every parameter that defines an object, with its value, in the order asked."""
    given, pairs = values(described), list[tuple[Parameter, Value]]()

    def ask(parameter: Parameter) -> Value:
        value = given.get(parameter.name, parameter.default)
        pairs.append((parameter, value))
        return value

    make(type(described), ask)
    return pairs


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A parameter of a description and the choice that it goes with, ("", "") for all."""

    parameter: Parameter
    goes_with: tuple[str, str] = ("", "")


def all_parameters(described: type[Any], prefix: str = "") -> Iterator[Entry]:
    """Every parameter of a description: its own, the choices of its parts, and their members'."""
    for declared in fields(described):
        parameter, family = parameter_in(declared), family_in(declared)
        if parameter is not None:
            yield Entry(parameter=_prefixed(parameter, prefix))
        elif family is not None:
            yield Entry(parameter=family.parameter)
            for member in (member for member in family.members if member.choices()):
                for entry in all_parameters(member, family.prefix):
                    unconditional = entry.goes_with == ("", "")
                    choice = (family.name, next(iter(member.choices())))
                    yield replace(entry, goes_with=choice) if unconditional else entry
        elif (family := several_in(declared)) is not None:
            for member in family.members:
                yield from all_parameters(member, f"{member.name}_")


def _prefixed(parameter: Parameter, prefix: str) -> Parameter:
    if not prefix:
        return parameter
    return replace(parameter, name=prefix + parameter.name)
