"""What every imperfection of a scanner has in common: how it changes data, and what cures it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array, Image, Sinogram
from core.description import Described
from core.geometry.beams import Beam
from core.parameter import Value
from core.problem import metrics
from core.projection.projector import Projector


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What is scanned, for an imperfection to scan it otherwise.

    Attributes
    ----------
    image
        The image (n, n) on the grid of the simulation: `size` pixels on a side, or twice as many.
    project
        The data (views, detectors) of an image (n, n), lengths in pixels of the `size` × `size`
        grid.
    size, beam
        Side of the image that is to be reconstructed, and the beam.
    attenuation
        The attenuation of one unit of the data: the photons that arrive are I₀ exp(−s d).
    """

    image: Image
    project: Callable[[Image], Sinogram]
    size: int
    beam: Beam
    attenuation: float


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a cure may know: the data and the scanner, never the true image.

    `reconstruct` turns data (views, detectors) into an image (size, size), quickly.
    """

    data: Sinogram
    operator: Projector
    attenuation: float
    reconstruct: Callable[[Sinogram], Image]


@dataclass(frozen=True, kw_only=True)
class Cure:
    """A correction of the data: its name in the link, its title, what it does, and its source."""

    name: str
    title: str
    text: str
    apply: Callable[[Recorded], Sinogram]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Imperfection(Described, ABC):
    """Something that is wrong with a scanner; its fields are its parameters.

    The operator that inverts the data does not know of it. An imperfection whose `switches`, the
    names of some of its parameters, are all 0 is off. A `BeamImperfection` changes what reaches the
    detectors, a `DetectorImperfection` what they have recorded, noise and all. They act in the
    `order` in which the rays meet them.

    `cause` says what is wrong and where one sees it in the sinogram, `artefact` what becomes of the
    image, `equations` are LaTeX, `source` is where it is described. `typical` are values with which
    one sees it well.

    `script` are the lines of a script that do the same with `clean`, or with `data` after the
    noise: parameters in capitals behind the name of the imperfection, `scale` the attenuation of
    one unit of the data, `scanned` the image on the grid of the simulation, `project(image)` its
    data.

    `merit` is what an image is judged by, in `unit`, on `judged_on`; more is better where `rising`.
    """

    switches: ClassVar[tuple[str, ...]]
    cause: ClassVar[str]
    artefact: ClassVar[str]
    equations: ClassVar[tuple[str, ...]] = ()
    source: ClassVar[str]
    typical: ClassVar[Mapping[str, Value]]
    script: ClassVar[str]
    merit: ClassVar[str] = "SNR"
    unit: ClassVar[str] = "dB"
    rising: ClassVar[bool] = True
    judged_on: ClassVar[str] = "the whole image"

    @property
    def active(self) -> bool:
        """Whether it is on."""
        return any(getattr(self, name) for name in self.switches)

    @abstractmethod
    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The standard corrections that suit this beam, the usual one last; there may be none."""

    def judged(self, size: int, beam: Beam) -> NDArray[np.bool_]:
        """The pixels (size, size) where images are compared with the truth: all of them."""
        return np.ones((size, size), bool)

    def score(self, image: Image, truth: Image, beam: Beam) -> float:
        """The `merit` of an image (size, size): its SNR in dB where it is judged."""
        where = self.judged(len(truth), beam)
        return metrics.snr(image[where], truth[where])


@dataclass(frozen=True, kw_only=True)
class BeamImperfection(Imperfection, ABC):
    """An imperfection before the noise."""

    @abstractmethod
    def apply(self, rays: Sinogram, scene: Scene) -> Sinogram:
        """Return the changed data (views, detectors), float32; `rays` are left as they are."""


@dataclass(frozen=True, kw_only=True)
class DetectorImperfection(Imperfection, ABC):
    """An imperfection after the noise."""

    @abstractmethod
    def apply(self, data: Sinogram, attenuation: float) -> Sinogram:
        """Return the changed data (views, detectors), float32; `data` are left as they are.

        `attenuation` is that of one unit of the data.
        """

    def deviation(self, deviation: Float64Array) -> Float64Array:
        """What becomes of the standard deviation (views, detectors) of the noise in the data.

        It stays, unless a class that scales, mixes or blanks data says otherwise; 0 where a datum
        is always the same, so that no noise is left in it.
        """
        return deviation
