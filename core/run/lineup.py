"""Methods that are judged side by side: those that can run here, and one solve of each.

Total variation takes part with its best possible weight, which only the truth can tell: what
beats it has beaten everything that total variation can do on this very image.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from core.methods import METHODS, method_named
from core.methods.admm import ADMM
from core.methods.base import Array, Method
from core.methods.fbp import FBP
from core.problem import metrics
from core.problem.errors import InputError
from core.problem.scan import Measurement
from core.run.evaluation.tuning import best_weight

TOTAL_VARIATION = ADMM(prior="tv_nonnegative", iterations=40, inner_iterations=30, fast=True)
FIRST_SIGMA = 0.1

Heard = Callable[[Array], bool]
"""Called with every iterate; True asks for an end."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A method with its settings; where `tuned`, its `sigma` is what the truth likes best."""

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
        """Whether it takes minutes, not a second or two."""
        return self.method.benchmark_images is not None

    def solve(
        self, measurement: Measurement, heard: Heard, sigma: float | None, *, hold: bool
    ) -> tuple[Array, float | None] | None:
        """The image (size, size) and the weight of a tuned method; None when `heard` ended it.

        `sigma` is a weight that suited similar data, if one is known: with `hold` it is taken as
        it is, otherwise the search begins there.
        """
        try:
            if not self.tuned:
                return _last(self.method, measurement, heard), None
            return self._tuned(measurement, heard, sigma, hold=hold)
        except _EndedError:
            return None

    def _tuned(
        self, measurement: Measurement, heard: Heard, sigma: float | None, *, hold: bool
    ) -> tuple[Array, float]:
        images: dict[float, Array] = {}

        def quality(weight: float) -> float:
            changed: dict[str, Any] = {"sigma": weight}
            images[weight] = _last(replace(self.method, **changed), measurement, heard)
            return metrics.snr(images[weight], measurement.truth)  # type: ignore[arg-type]

        if sigma is not None and hold:
            quality(sigma)
            return images[sigma], sigma
        best = best_weight(quality, sigma or FIRST_SIGMA)
        return images[best], best


def lineup() -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Who can take part, and in sentences why others cannot: their weights are not there."""
    present = [Candidate(method=FBP()), Candidate(method=TOTAL_VARIATION, tuned=True)]
    absent = []
    for method in METHODS:
        if method.family == "learned":
            try:
                training_card(method.name)
            except InputError as error:
                absent.append(str(error))
            else:
                present.append(Candidate(method=method()))
    return tuple(present), tuple(dict.fromkeys(absent))


def training_card(name: str) -> dict[str, Any]:
    """The model card of the network behind a method; empty for a method without training.

    Raises `InputError` when its weights are missing or damaged.
    """
    network = method_named(name).network
    if network is None:
        return {}
    from core.networks.weights import path_of

    path = path_of(network)
    return _card(network, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=16)
def _card(network: str, changed: int) -> dict[str, Any]:
    """The card of a file as it was at one time: pages ask for it several times a second."""
    from core.networks.weights import card_of

    return card_of(network)


class _EndedError(Exception):
    """Somebody has pressed stop."""


def _last(method: Method, measurement: Measurement, heard: Heard) -> Array:
    """What a method ends with."""
    image = np.zeros(measurement.operator.dims, np.float32)
    for step in method.iterate(measurement.operator, measurement.data):
        image = step.image
        if heard(image):
            raise _EndedError
    return image
