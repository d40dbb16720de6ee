"""Views evenly spaced over an arc: θ_k = start + k · arc / angles."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array
from core.geometry.views._over_an_arc import ArcViews


@final
@dataclass(frozen=True, kw_only=True)
class EvenViews(ArcViews):
    """Evenly spaced views; the end of the arc is not included."""

    name: ClassVar[str] = "even"
    title: ClassVar[str] = "Even"
    order: ClassVar[int] = 0
    kind: ClassVar[str] = "evenly spaced views"
    script: ClassVar[str] = "angles = np.deg2rad(START + np.arange(ANGLES) * ARC / ANGLES)"

    @property
    def angles_deg(self) -> Float64Array:
        """The view angles (angles,) in degrees."""
        steps = np.arange(self.angles, dtype=np.float64)
        return np.asarray(self.start + steps * (self.arc / self.angles), np.float64)
