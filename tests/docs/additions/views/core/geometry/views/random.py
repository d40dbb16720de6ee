"""Views at random angles, uniform on [0°, 180°), in the order in which they are drawn."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from core.geometry.views.base import MOST_VIEWS, Views
from core.parameters import param


@final
@dataclass(frozen=True, kw_only=True)
class RandomViews(Views):
    """So many views, each at an angle of its own."""

    name: ClassVar[str] = "random"
    title: ClassVar[str] = "Random"
    order: ClassVar[int] = 90
    kind: ClassVar[str] = "views at random angles"
    script: ClassVar[str] = (
        "angles = np.pi * np.random.Generator(np.random.PCG64(ANGLES_SEED)).random(ANGLES)"
    )

    angles: int = param(41, low=1, high=MOST_VIEWS, title="Number of angles", help="Views.")
    angles_seed: int = param(0, low=0, high=2**32 - 1, help="Another number, other angles.")

    @property
    def count(self) -> int:
        """How many views there are."""
        return self.angles

    @property
    def arc(self) -> float:
        """Half a turn."""
        return 180.0

    @property
    def angles_deg(self) -> NDArray[np.float64]:
        """The view angles (angles,) in degrees."""
        random = np.random.Generator(np.random.PCG64(self.angles_seed))
        return np.asarray(180 * random.random(self.angles))

    def with_count(self, count: int) -> "RandomViews":
        """The first so many of the same angles."""
        return replace(self, angles=count)
