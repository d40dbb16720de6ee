"""Views a golden angle apart: θ_k = start + (k · arc / φ mod arc), with φ = (1 + √5) / 2.

However many views have been taken, the next one falls into one of the widest gaps, so a scan that
ends early still covers its arc. Over 180° the step is 111.246°.

Source: S. Winkelmann, T. Schaeffter, T. Koehler, H. Eggers and O. Doessel, An optimal radial
profile order based on the golden ratio for time-resolved MRI, IEEE Trans. Med. Imaging 26 (2007)
68-76, DOI 10.1109/TMI.2006.885337.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array
from core.geometry.views._over_an_arc import ArcViews

GOLDEN_RATIO = (1 + 5**0.5) / 2


@final
@dataclass(frozen=True, kw_only=True)
class GoldenViews(ArcViews):
    """As many views over the same arc as evenly spaced ones, each a golden angle after the last."""

    name: ClassVar[str] = "golden"
    title: ClassVar[str] = "Golden"
    order: ClassVar[int] = 1
    kind: ClassVar[str] = "views a golden angle apart"
    script: ClassVar[str] = (
        "angles = np.deg2rad(START + np.arange(ANGLES) * (ARC / ((1 + 5**0.5) / 2)) % ARC)"
    )

    @property
    def angles_deg(self) -> Float64Array:
        """The view angles (angles,) in degrees, in the order in which they are taken."""
        steps = np.arange(self.angles, dtype=np.float64)
        return np.asarray(self.start + steps * (self.arc / GOLDEN_RATIO) % self.arc, np.float64)
