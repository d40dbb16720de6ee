"""Views at angles that are given one by one: a measured series, with its gaps and repetitions."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array
from core.geometry.views.base import MOST_VIEWS, Views
from core.parameters import param


@final
@dataclass(frozen=True, kw_only=True)
class ListedViews(Views):
    """One view at each angle of a list, in its order; an angle that is there twice counts twice."""

    name: ClassVar[str] = "listed"
    title: ClassVar[str] = "List"
    order: ClassVar[int] = 2
    kind: ClassVar[str] = "views at listed angles"
    script: ClassVar[str] = "angles = np.deg2rad(ANGLE_LIST)"

    angle_list: tuple[float, ...] = param(
        (0.0, 15.0, 30.0, 45.0, 90.0, 135.0),
        low=-720.0,
        high=720.0,
        most=MOST_VIEWS,
        unit="degrees",
        title="Angles of the views",
        label="Angles (°)",
        help="The angles of the views in degrees, with commas between them: 0, 10, 25.5.",
    )

    @property
    def count(self) -> int:
        """How many views there are."""
        return len(self.angle_list)

    @property
    def angles_deg(self) -> Float64Array:
        """The view angles (views,) in degrees, in the order of the list."""
        return np.array(self.angle_list)

    @property
    def arc(self) -> float:
        """The angle that the views cover, in degrees, each view with the mean gap behind it.

        The part of the turn without any views, the widest gap between two of them, does not count.
        """
        directions = self._directions()
        if len(directions) == 1:
            return 360.0
        covered = float(directions[-1] - directions[0]) / (len(directions) - 1) * len(directions)
        return min(covered, 360.0)

    def with_count(self, count: int) -> "ListedViews":
        """As many views over the same arc, which are close together where these are.

        Fewer are picked from the list or lie between two of its angles, and so do more.
        """
        if count == self.count:
            return self
        directions = self._directions()
        known = np.arange(len(directions) + 1)
        closed = np.append(directions, directions[0] + self.arc)
        angles = np.interp(np.arange(count) * (len(directions) / count), known, closed)
        return replace(self, angle_list=tuple(np.where(angles > 360, angles - 360, angles)))

    def _directions(self) -> Float64Array:
        """The different directions in ascending order, the widest gap between last and first."""
        turned = np.unique(np.round(self.angles_deg % 360, 6) % 360)
        gaps = np.diff(turned, append=turned[0] + 360)
        first = (int(np.argmax(gaps)) + 1) % len(turned)
        return np.concatenate([turned[first:], turned[:first] + 360])
