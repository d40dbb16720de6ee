"""No noise: d = Gm."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Sinogram
from core.problem.noise.base import Noise


@final
@dataclass(frozen=True, kw_only=True)
class NoNoise(Noise):
    """The clean data."""

    name: ClassVar[str] = "none"
    title: ClassVar[str] = "None"
    order: ClassVar[int] = 0
    kind: ClassVar[str] = "no noise"
    present: ClassVar[bool] = False
    script: ClassVar[str] = "data = clean.copy()\n"

    @property
    def phrase(self) -> str:
        """The model in a few words."""
        return "none in this scan"

    def apply(self, clean: Sinogram, scale: float | None = None) -> Sinogram:
        """Return a copy of the clean data."""
        return clean.copy()

    def deviation(self, clean: Sinogram, scale: float | None = None) -> Float64Array:
        """Zero for every datum."""
        return np.zeros(clean.shape)
