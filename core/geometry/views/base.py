"""What every choice of view angles has in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from core.array_types import Float64Array
from core.description import Described

MOST_VIEWS = 720


@dataclass(frozen=True, kw_only=True)
class Views(Described, ABC):
    """The angles at which the gantry stops, in degrees, anticlockwise from the x axis.

    `kind` is their name in a sentence, `script` are the lines of a script that set `angles`,
    in radians, from the parameters, whose names they have in capitals.
    """

    kind: ClassVar[str]
    script: ClassVar[str]

    @property
    @abstractmethod
    def count(self) -> int:
        """How many views there are."""

    @property
    @abstractmethod
    def angles_deg(self) -> Float64Array:
        """The view angles (views,) in degrees, in the order in which they are taken."""

    @property
    @abstractmethod
    def arc(self) -> float:
        """The angle that the views cover, in degrees, each view with the gap behind it."""

    @abstractmethod
    def with_count(self, count: int) -> "Views":
        """The same choice with another number of views."""
