"""What every model of the noise has in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.array_types import AnyArray, Float64Array, Sinogram
from core.description import Described
from core.parameters import param

LARGEST_SEED = 2**32 - 1

LARGEST_ATTENUATION = 4.0
"""Photon counts are drawn as if the thickest ray of the clean data attenuated by this much."""


@dataclass(frozen=True, kw_only=True)
class Noise(Described, ABC):
    """A model of the noise; its fields are its parameters.

    `kind` is the model's name in a sentence, `present` says whether there is any noise, `lesson`
    explains the model, `equations` are LaTeX, both with fields in braces for `figures`. `phrase`
    is the model in a few words, with the values of its parameters. `script` are the lines of a
    script that turn `clean` into `data`, with the parameters in capitals behind `NOISE_`, and
    with `scale`, the attenuation of one unit of the data.

    `apply` and `deviation` take this scale too. Unless it is given, the largest of the clean data
    attenuates by `LARGEST_ATTENUATION`; it is given where something else has changed the data.
    """

    kind: ClassVar[str]
    present: ClassVar[bool] = True
    lesson: ClassVar[str] = ""
    equations: ClassVar[tuple[str, ...]] = ()
    script: ClassVar[str]

    @property
    @abstractmethod
    def phrase(self) -> str:
        """The model and its level in a few words."""

    @abstractmethod
    def apply(self, clean: Sinogram, scale: float | None = None) -> Sinogram:
        """Return noisy data of the shape of `clean`, float32; `clean` is left as it is."""

    @abstractmethod
    def deviation(self, clean: Sinogram, scale: float | None = None) -> Float64Array:
        """Standard deviation that the model gives each datum, in the shape and units of `clean`."""

    def figures(self, clean: Sinogram) -> dict[str, str]:
        """The numbers that `lesson` and `equations` name, written for people."""
        return {}


@dataclass(frozen=True, kw_only=True)
class SeededNoise(Noise, ABC):
    """A model with random numbers of its own."""

    seed: int = param(
        0,
        low=0,
        high=LARGEST_SEED,
        title="Seed",
        label="Seed of the noise",
        typed=True,
        place="more",
        aliases=("seed",),
        help="Another number draws another noise; the same number, the same one.",
    )

    def random(self) -> np.random.Generator:
        """The generator of this noise, from its beginning."""
        return np.random.Generator(np.random.PCG64(self.seed))


def mean_size(clean: AnyArray) -> float:
    """The mean of |d| over the clean data, in their units."""
    return float(np.mean(np.abs(clean), dtype=np.float64))


def attenuation_scale(clean: Sinogram) -> float:
    """The factor s that brings the largest of these clean data to `LARGEST_ATTENUATION`."""
    largest = float(clean.max(initial=0))
    return LARGEST_ATTENUATION / largest if largest > 0 else 1.0
