"""A method that is evaluated beside others: as it is set, or with the best possible weight.

The best weight is one that only the truth can tell: what beats total variation with it has beaten
everything that total variation can do on this very image.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.methods.base import Array, Method
from core.problem import metrics
from core.problem.scan import Measurement
from core.run.evaluation.tuning import best_weight

FIRST_SIGMA = 0.1

OnIterate = Callable[[Array], bool]
"""Called with every iterate; True asks for an end."""


@dataclass(frozen=True, kw_only=True)
class EvaluatedMethod:
    """A method with its settings; where `tuned`, its `sigma` is the one nearest to the truth."""

    method: Method
    tuned: bool = False

    @property
    def name(self) -> str:
        """A short name, as links have it."""
        return "tv" if self.tuned else self.method.name

    @property
    def title(self) -> str:
        """The name for people."""
        return "Total variation, tuned" if self.tuned else self.method.title

    @property
    def slow(self) -> bool:
        """Whether it takes many passes of a network: a minute and more, not a second or two."""
        return self.method.benchmark_images is not None

    def solve(
        self, measurement: Measurement, on_iterate: OnIterate, sigma: float | None, *, hold: bool
    ) -> tuple[Array, float | None] | None:
        """The image (size, size) and the weight of a tuned method; None when it was ended.

        `sigma` is a weight that suited similar data, if one is known: with `hold` it is taken as
        it is, otherwise the search begins there. `on_iterate` ends the solve by returning True.
        """
        try:
            if not self.tuned:
                return _last(self.method, measurement, on_iterate), None
            return self._tuned(measurement, on_iterate, sigma, hold=hold)
        except _EndedError:
            return None

    def _tuned(
        self, measurement: Measurement, on_iterate: OnIterate, sigma: float | None, *, hold: bool
    ) -> tuple[Array, float]:
        images: dict[float, Array] = {}

        def quality(weight: float) -> float:
            changed: dict[str, Any] = {"sigma": weight}
            images[weight] = _last(replace(self.method, **changed), measurement, on_iterate)
            return metrics.snr(images[weight], measurement.truth)  # type: ignore[arg-type]

        if sigma is not None and hold:
            quality(sigma)
            return images[sigma], sigma
        best = best_weight(quality, sigma or FIRST_SIGMA)
        return images[best], best


class _EndedError(Exception):
    """`on_iterate` has asked for an end."""


def _last(method: Method, measurement: Measurement, on_iterate: OnIterate) -> Array:
    """What a method ends with."""
    image = np.zeros(measurement.operator.dims, np.float32)
    for step in method.iterate(measurement.operator, measurement.data):
        image = step.image
        if on_iterate(image):
            raise _EndedError
    return image
