"""What a benchmark is: groups of scans, and the methods that are evaluated on them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.problem.measurement import Measurement
from core.studies.evaluated_method import EvaluatedMethod


@dataclass(frozen=True, kw_only=True)
class Group:
    """Scans of one subject with one level of noise, by their numbers."""

    benchmark: str
    subject: str
    noise: float
    numbers: tuple[int, ...]
    measure: Callable[[int], Measurement]


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """Groups of scans and methods; `absent` says in sentences which are not available, and why."""

    groups: tuple[Group, ...]
    methods: tuple[EvaluatedMethod, ...]
    absent: tuple[str, ...] = ()


def spread(count: int, wanted: int | None) -> tuple[int, ...]:
    """`wanted` numbers evenly spread over 0 … count − 1; all of them for None."""
    if wanted is None or wanted >= count:
        return tuple(range(count))
    middles = (np.arange(wanted) + 0.5) * count / wanted
    return tuple(int(middle) for middle in middles)
