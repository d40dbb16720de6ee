"""A method that is evaluated beside others: as it is set, or tuned with or without the truth.

The best weight is found with the true image (an oracle): what beats total variation with it beats
everything that total variation can do on this very image.
"""

from dataclasses import dataclass
from typing import Any, Literal

from core.array_types import Image
from core.keys import content_key
from core.methods.base import Method
from core.parameters import settings_of
from core.problem.measurement import Measurement
from core.studies.solving import OnIterate, last_image
from core.studies.tuned import Tuned, tune_by_rule, tune_with_truth, tuned_parameter, with_value

Tuning = Literal["default", "rule", "oracle"]
"""As it is set; tuned by a rule that sees no truth; tuned with the truth."""

DIGITS = 16
"""Of a sha256 that identifies settings and weights."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """An image (size, size), and the weight of the prior where it was tuned."""

    image: Image
    sigma: float | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluatedMethod:
    """A method with its settings, and how it is tuned before it is evaluated.

    `label` is its name in tables and links, where that is not the method's own, and `heading` its
    name for people; `weights` is the digest of its network, which a stored score belongs to.
    `images` is on how many of a group it is evaluated, where that is not the method's own number.
    """

    method: Method
    label: str = ""
    heading: str = ""
    tuning: Tuning = "default"
    weights: str = ""
    images: int | None = None

    @property
    def name(self) -> str:
        """A short name, as tables and links have it."""
        return self.label or self.method.name

    @property
    def title(self) -> str:
        """The name for people."""
        return self.heading or self.method.title

    @property
    def slow(self) -> bool:
        """Whether it takes many passes of a network: a minute and more, not a second or two."""
        return self.method.benchmark_images is not None

    @property
    def count(self) -> int | None:
        """On how many images of a group it is evaluated; None for all."""
        return self.images or self.method.benchmark_images

    @property
    def digest(self) -> str:
        """What stands for the settings and the network behind an image; a tuned weight is none."""
        values: dict[str, Any] = {**settings_of(self.method)}
        if self.tuning != "default" and (parameter := tuned_parameter(self.method)):
            values[parameter.name] = self.tuning
        settings = sorted((name, repr(value)) for name, value in values.items())
        return content_key(self.method.name, settings, self.weights)[:DIGITS]

    def tuned(
        self,
        measurement: Measurement,
        hint: float | None = None,
        *,
        hold: bool = False,
        on_iterate: OnIterate = lambda image: False,
    ) -> Tuned:
        """The method with the parameters that it is evaluated with.

        `hint` is a weight that suited similar data, if one is known: with `hold` it is taken as
        it is, otherwise the search begins there. Raises `EndedError` when `on_iterate` asks for
        an end, and `InputError` where the method cannot be used here or cannot be tuned.
        """
        if self.tuning == "default":
            return Tuned(method=self.method)
        if hint is not None and hold:
            return with_value(self.method, hint)
        if self.tuning == "rule":
            return tune_by_rule(self.method, measurement, on_iterate)
        return tune_with_truth(self.method, measurement, hint, on_iterate)

    def solve(
        self,
        measurement: Measurement,
        sigma: float | None = None,
        *,
        hold: bool = False,
        on_iterate: OnIterate = lambda image: False,
    ) -> Solution:
        """Reconstruct; the arguments and errors are those of `tuned`."""
        tuned = self.tuned(measurement, sigma, hold=hold, on_iterate=on_iterate)
        image = tuned.image
        if image is None:
            image = last_image(tuned.method, measurement, on_iterate)
        return Solution(image=image, sigma=tuned.value)
