"""Views over an arc: how many, how far, and from where."""

from abc import ABC
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from core.geometry.views.base import MOST_VIEWS, Views
from core.parameter import Mistake
from core.parameters import param

STOPS = (*range(1, 61), *range(62, 121, 2), *range(125, 361, 5), *range(370, 721, 10))

RADIANS = 0.002
"""An arc this near to that of a quarter, half or full turn in radians is a mistake."""


def _degrees(angle: float) -> str:
    return f"{angle:g}°"


def _in_radians(arc: float) -> Mistake | None:
    for turn in (90.0, 180.0, 360.0):
        if abs(arc - np.deg2rad(turn)) < RADIANS:
            sentence = (
                f"An arc of {arc:g} degrees looks like {turn:g}° in radians: "
                f"give {turn:g}, since all angles are in degrees."
            )
            return Mistake(meant=turn, sentence=sentence)
    return None


@dataclass(frozen=True, kw_only=True)
class ArcViews(Views, ABC):
    """A number of views over an arc; subclasses say where they lie and in which order."""

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
        mistake=_in_radians,
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

    @property
    def count(self) -> int:
        """How many views there are."""
        return self.angles

    def with_count(self, count: int) -> Self:
        """As many views over the same arc."""
        return replace(self, angles=count)
