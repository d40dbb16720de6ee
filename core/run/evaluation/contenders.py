"""Who is judged: a method with its settings, or with a setting tuned on the very image."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import final

from core.methods.admm import ADMM
from core.methods.base import Array, Method
from core.methods.parameters import values_of
from core.methods.trained import trained_stages
from core.problem import metrics
from core.problem.keys import content_key
from core.problem.scan import Measurement
from core.run.evaluation.tuning import best_weight

DIGITS = 16
"""Of a sha256 that tells settings and weights apart."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """An image (size, size), and the weight of the prior where it was tuned."""

    image: Array
    sigma: float | None = None


@dataclass(frozen=True, kw_only=True)
class Contender(ABC):
    """What makes an image of data; `method` is its name in the table.

    One that takes minutes says how many images of a group it sees at `most`.
    """

    method: str
    most: int | None = None

    @property
    @abstractmethod
    def digest(self) -> str:
        """What stands for the parameters and the weights behind the image."""

    @abstractmethod
    def solve(self, measurement: Measurement, hint: float | None) -> Answer:
        """Reconstruct; `hint` is the weight that suited a similar image, if one is known."""


@final
@dataclass(frozen=True, kw_only=True)
class Fixed(Contender):
    """A method with the same settings for every image; `weights` is the digest of its network."""

    solver: Method
    weights: str = ""

    @property
    def digest(self) -> str:
        """Of the name, the settings and the weights."""
        settings = sorted((name, repr(value)) for name, value in values_of(self.solver).items())
        return content_key(self.solver.name, settings, self.weights)[:DIGITS]

    def solve(self, measurement: Measurement, hint: float | None) -> Answer:
        """The last image of the method."""
        return Answer(image=last_image(self.solver, measurement))


@final
@dataclass(frozen=True, kw_only=True)
class Tuned(Contender):
    """Total variation with the weight that is best for the image, which the truth tells.

    No one who does not know the truth can do as well with total variation. Every weight is
    tried by as many steps of the same solver, enough to come to its minimum.
    """

    method: str = "tv"
    solver: ADMM = field(
        default_factory=lambda: ADMM(
            prior="tv_nonnegative", iterations=60, inner_iterations=40, fast=True
        )
    )
    start: float = 0.1

    @property
    def digest(self) -> str:
        """Of the settings but the weight."""
        settings = {**values_of(self.solver), "sigma": "oracle"}
        return content_key(self.solver.name, sorted(map(repr, settings.items())))[:DIGITS]

    def solve(self, measurement: Measurement, hint: float | None) -> Answer:
        """The best image of a search over the weight."""
        images: dict[float, Array] = {}

        def quality(sigma: float) -> float:
            images[sigma] = last_image(replace(self.solver, sigma=sigma), measurement)
            assert measurement.truth is not None  # only simulated scans are judged
            return metrics.snr(images[sigma], measurement.truth)

        sigma = best_weight(quality, hint or self.start)
        return Answer(image=images[sigma], sigma=sigma)


@final
@dataclass(frozen=True, kw_only=True)
class Network(Contender):
    """A trained network by itself, for scans that no method of the laboratory is trained for."""

    name: str
    weights: str

    @property
    def digest(self) -> str:
        """Of the weights."""
        return content_key(self.name, self.weights)[:DIGITS]

    def solve(self, measurement: Measurement, hint: float | None) -> Answer:
        """The last stage of the network."""
        *_, last = trained_stages(self.name, measurement.operator, measurement.data)
        return Answer(image=last.image)


def last_image(method: Method, measurement: Measurement) -> Array:
    """What a method ends with."""
    *_, last = method.iterate(measurement.operator, measurement.data)
    return last.image


def scored(answer: Answer, measurement: Measurement) -> Mapping[str, float]:
    """The four measures of an image."""
    image, truth = answer.image, measurement.truth
    assert truth is not None  # only simulated scans are judged
    return {
        "snr": metrics.snr(image, truth),
        "psnr": metrics.psnr(image, truth),
        "ssim": metrics.ssim(image, truth),
        "residual": metrics.relative_residual(
            measurement.operator.project(image), measurement.data
        ),
    }
