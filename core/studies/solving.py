"""Running a method to its end, with someone who looks at every iterate and may end it."""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from core.array_types import Image
from core.methods.base import Method
from core.problem.measurement import Measurement

OnIterate = Callable[[Image], bool]
"""Called with every iterate; True asks for an end."""


class EndedError(Exception):
    """Raised by a solve that its `on_iterate` has ended."""


def iterates(
    method: Method, measurement: Measurement, on_iterate: OnIterate = lambda image: False
) -> Iterator[Image]:
    """Yield the iterates (size, size); raises `EndedError` when `on_iterate` asks for an end."""
    for step in method.iterate(measurement.operator, measurement.data):
        if on_iterate(step.image):
            raise EndedError
        yield step.image


def last_image(
    method: Method, measurement: Measurement, on_iterate: OnIterate = lambda image: False
) -> Image:
    """What a method ends with; raises `EndedError` when `on_iterate` asks for an end."""
    last = deque(iterates(method, measurement, on_iterate), maxlen=1)
    return last[0] if last else np.zeros(measurement.operator.dims, np.float32)
