"""Views evenly spaced over an arc: θ_k = start + k · arc / angles."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.geometry.views.base import MOST_VIEWS, Views
from core.parameters import param

STOPS = (*range(1, 61), *range(62, 121, 2), *range(125, 361, 5), *range(370, 721, 10))

RADIANS = 0.002
"""An arc this near to that of a quarter, half or full turn in radians is a mistake."""


def _degrees(angle: float) -> str:
    return f"{angle:g}°"


@dataclass(frozen=True, kw_only=True)
class EvenViews(Views):
    """Evenly spaced views; the end of the arc is not included."""

    name: ClassVar[str] = "even"
    title: ClassVar[str] = "Evenly spaced"
    order: ClassVar[int] = 0
    kind: ClassVar[str] = "evenly spaced views"
    script: ClassVar[str] = "angles = np.deg2rad(START + np.arange(ANGLES) * ARC / ANGLES)"

    angles: int = param(
        41,
        low=1,
        high=MOST_VIEWS,
        title="Number of angles",
        label="Angles",
        stops=STOPS,
        phrase="[{}] views",
        help="How many views are taken over the arc. Each is one row of the data.",
    )
    arc: float = param(
        180.0,
        low=0.1,
        high=360.0,
        unit="degrees",
        label="Arc",
        stops=tuple(float(arc) for arc in range(5, 361, 5)),
        show=_degrees,
        phrase="an arc of [{}°]",
        help="The angle over which the gantry turns. No view lies at its end.",
    )
    start: float = param(
        0.0,
        low=-360.0,
        high=360.0,
        unit="degrees",
        title="Start angle",
        label="Start (°)",
        typed=True,
        place="more",
        help="Angle of the first view.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for turn in (90, 180, 360):
            if abs(self.arc - np.deg2rad(turn)) < RADIANS:
                raise InputError(
                    f"An arc of {self.arc:g} degrees looks like {turn}° in radians: "
                    f"give {turn}, since all angles are in degrees."
                )

    @property
    def count(self) -> int:
        """How many views there are."""
        return self.angles

    @property
    def angles_deg(self) -> NDArray[np.float64]:
        """The view angles (angles,) in degrees."""
        steps = np.arange(self.angles, dtype=np.float64)
        return np.asarray(self.start + steps * (self.arc / self.angles), np.float64)

    def with_count(self, count: int) -> "EvenViews":
        """As many views over the same arc."""
        return replace(self, angles=count)
