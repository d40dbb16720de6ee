"""How an image describes itself, so that a script can make it again."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any


class ScriptedImage(ABC):
    """An image whose lines a script has in place of its class."""

    @property
    @abstractmethod
    def script(self) -> str:
        """The lines that set `truth` (SIZE, SIZE), float32.

        They name the parameters of the image in capitals, NumPy as `np` and other modules in full.
        """

    @property
    def script_functions(self) -> tuple[Callable[..., Any], ...]:
        """Functions that these lines call, each after those that it calls itself."""
        return ()

    @property
    def script_files(self) -> Mapping[str, bytes]:
        """The files that these lines read, by their names."""
        return {}
