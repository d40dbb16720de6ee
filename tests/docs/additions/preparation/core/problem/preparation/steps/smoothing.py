"""A blur along the detectors: less noise, and less detail."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from core.parameters import param
from core.problem.preparation.steps.base import Prepared, Step


@final
@dataclass(frozen=True, kw_only=True)
class Smoothing(Step):
    """Every view convolved with a Gaussian."""

    name: ClassVar[str] = "smooth"
    title: ClassVar[str] = "Smoothing"
    order: ClassVar[int] = 7
    about: ClassVar[str] = "A detector reads a part of what its neighbours get."

    width: float = param(
        0.0, low=0.0, high=10.0, unit="detectors", title="Width of the blur", help="0: none."
    )

    @property
    def wanted(self) -> bool:
        """Whether there is a blur."""
        return self.width > 0

    def apply(self, before: Prepared) -> Prepared:
        """Blur the views."""
        data = gaussian_filter1d(before.data.astype(np.float64), self.width, axis=1)
        return replace(
            before,
            data=data.astype(np.float32),
            note=f"Blurred by {self.width:g} detectors.",
            recipe="smoothing",
            constants={"SMOOTH_WIDTH": self.width},
        )
