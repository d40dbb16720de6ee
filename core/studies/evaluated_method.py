"""A method that is evaluated beside others: as it is set, or with the best possible weight.

The best weight is found with the true image (an oracle): what beats total variation with it beats
everything that total variation can do on this very image.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.array_types import Image
from core.errors import InputError
from core.keys import content_key
from core.methods.base import Method
from core.parameters import values_of
from core.problem import metrics
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.studies.tuning import best_weight

FIRST_SIGMA = 0.1

DIGITS = 16
"""Of a sha256 that identifies settings and weights."""

OnIterate = Callable[[Image], bool]
"""Called with every iterate; True asks for an end."""


class EndedError(Exception):
    """Raised by a solve that its `on_iterate` has ended."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """An image (size, size), and the weight of the prior where it was tuned."""

    image: Image
    sigma: float | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluatedMethod:
    """A method with its settings; where `tuned`, its `sigma` is the one nearest to the truth.

    `label` is its name in tables and links, where that is not the method's own; `weights` is the
    digest of its network, which a stored score belongs to.
    """

    method: Method
    label: str = ""
    tuned: bool = False
    weights: str = ""

    @property
    def name(self) -> str:
        """A short name, as tables and links have it."""
        return self.label or self.method.name

    @property
    def title(self) -> str:
        """The name for people."""
        return "Total variation, tuned" if self.tuned else self.method.title

    @property
    def slow(self) -> bool:
        """Whether it takes many passes of a network: a minute and more, not a second or two."""
        return self.method.benchmark_images is not None

    @property
    def digest(self) -> str:
        """What stands for the settings and the network behind an image; a tuned weight is none."""
        values = {**values_of(self.method), **({"sigma": "oracle"} if self.tuned else {})}
        settings = sorted((name, repr(value)) for name, value in values.items())
        return content_key(self.method.name, settings, self.weights)[:DIGITS]

    def solve(
        self,
        measurement: Measurement,
        sigma: float | None = None,
        *,
        hold: bool = False,
        on_iterate: OnIterate = lambda image: False,
    ) -> Solution:
        """Reconstruct.

        `sigma` is a weight that suited similar data, if one is known: with `hold` it is taken as
        it is, otherwise the search begins there. Raises `EndedError` when `on_iterate` asks for
        an end, and `InputError` where the method cannot be used here or cannot be tuned.
        """
        if not self.tuned:
            return Solution(image=last_image(self.method, measurement, on_iterate))
        if not isinstance(measurement, SimulatedMeasurement):
            raise InputError("The best weight can be found only where the true image is known.")
        truth = measurement.truth
        images: dict[float, Image] = {}

        def quality(weight: float) -> float:
            changed: dict[str, Any] = {"sigma": weight}
            images[weight] = last_image(replace(self.method, **changed), measurement, on_iterate)
            return metrics.snr(images[weight], truth)

        if sigma is not None and hold:
            quality(sigma)
            return Solution(image=images[sigma], sigma=sigma)
        best = best_weight(quality, sigma or FIRST_SIGMA)
        return Solution(image=images[best], sigma=best)


def last_image(
    method: Method, measurement: Measurement, on_iterate: OnIterate = lambda image: False
) -> Image:
    """What a method ends with; raises `EndedError` when `on_iterate` asks for an end."""
    image = np.zeros(measurement.operator.dims, np.float32)
    for step in method.iterate(measurement.operator, measurement.data):
        image = step.image
        if on_iterate(image):
            raise EndedError
    return image
