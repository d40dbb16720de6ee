"""Values near 1 in the image, for which the weights of the methods are meant."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.parameters import param
from core.problem.preparation.steps.base import Prepared, Step


@final
@dataclass(frozen=True, kw_only=True)
class Scaling(Step):
    """The data divided by the density of a disc with the same rays and the same mass."""

    name: ClassVar[str] = "scale"
    title: ClassVar[str] = "Scale"
    order: ClassVar[int] = 6
    about: ClassVar[str] = (
        "The weights of the methods are meant for images with values near 1: the data are divided "
        "by the mean density of the object. The image times this number is in units of the data "
        "per detector."
    )

    to_one: bool = param(
        True, title="Scale to 1", help="Divide the data by the mean density of the object."
    )

    @property
    def wanted(self) -> bool:
        """Whether the data are scaled."""
        return self.to_one

    def apply(self, before: Prepared) -> Prepared:
        """Divide by the density."""
        density = mean_density(before.data)
        if not density > 0:
            note = (
                f"The object has no mass: in no view is the sum of the line integrals more than 0; "
                f"their mean is {float(before.data.mean()):.4g}. The data stay as they are. Are "
                "they counts, or is their sign reversed?"
            )
            return replace(before, note=note)
        data = (before.data / np.float32(density)).astype(np.float32)
        note = f"The data were divided by {density:.4g}."
        return replace(before, data=data, scale=density, note=note, recipe="scaling")


def mean_density(data: Sinogram) -> float:
    """The density of the object, so that its image has values near 1 when divided by it.

    A uniform disc of density ρ and radius r has the largest ray 2rρ and the mass πr²ρ; the two
    give ρ = π · ray² / (4 · mass). The mean is taken over all views, of data (…, detectors); 0
    where there is no mass.
    """
    rays = data.max(axis=-1).astype(np.float64)
    masses = data.sum(axis=-1, dtype=np.float64)
    if not (masses > 0).any():
        return 0.0
    return float(np.mean(np.pi * rays[masses > 0] ** 2 / (4 * masses[masses > 0])))
