"""A method that takes a known time and uses no processor, importable by other processes."""

import time
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.errors import InputError
from core.methods.base import IterativeMethod, Step
from core.parameters import param


@dataclass(frozen=True, kw_only=True)
class Resting(IterativeMethod):
    """Yields images of growing constants and rests in between, or raises what `trouble` names."""

    name: ClassVar[str] = "resting"
    family: ClassVar = "classical"
    title: ClassVar[str] = "Resting"
    idea: ClassVar[str] = "Wait."
    equation: ClassVar[str] = "m"
    source: ClassVar[str] = "none"

    rest: float = param(0.0, low=0.0, high=1.0)
    iterations: int = param(10, low=1, high=100_000)
    trouble: str = param("none", choices=("none", "input", "program"))

    def iterate(self, operator, data):
        if self.trouble == "input":
            raise InputError("Angles must be from 1 to 720, not 0.")
        if self.trouble == "program":
            raise ZeroDivisionError("secret detail")
        for number in range(self.iterations + 1):
            time.sleep(self.rest)
            value = number / self.iterations
            yield Step(image=np.full(operator.dims, value, np.float32), values={"value": value})
