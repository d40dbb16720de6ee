"""Means of neighbouring detectors and views: fewer data with less noise."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar, final

from core.errors import InputError
from core.geometry.views.base import MOST_VIEWS
from core.parameters import param
from core.problem.preparation.intensities import binned_detectors, binned_views
from core.problem.preparation.steps.base import Prepared, Step

MOST_DETECTORS = 512
"""The image is as wide as the row of detectors, and no wider than this."""
FEWEST_DETECTORS = 8


@final
@dataclass(frozen=True, kw_only=True)
class Binning(Step):
    """Means over neighbours; with 0 as few as make the data small enough."""

    name: ClassVar[str] = "bin"
    title: ClassVar[str] = "Binning"
    order: ClassVar[int] = 3
    about: ClassVar[str] = (
        "Means over neighbouring detectors and successive views: a smaller problem, and less noise."
    )

    detectors: int = param(
        0,
        low=0,
        high=16,
        typed=True,
        title="Detectors per bin",
        help=f"0: as few as leave at most {MOST_DETECTORS} detectors.",
    )
    views: int = param(
        0,
        low=0,
        high=16,
        typed=True,
        title="Views per bin",
        help=f"0: as few as leave at most {MOST_VIEWS} views.",
    )

    @property
    def wanted(self) -> bool:
        """Whether anything may be binned."""
        return self.detectors != 1 or self.views != 1

    def apply(self, before: Prepared) -> Prepared:
        """Average neighbours."""
        views, detectors = before.data.shape
        across = _factor("detectors", detectors, self.detectors, MOST_DETECTORS)
        along = _factor("views", views, self.views, MOST_VIEWS)
        if detectors // across < FEWEST_DETECTORS:
            raise InputError(
                f"{detectors} detectors in bins of {across} leave {detectors // across}; at least "
                f"{FEWEST_DETECTORS} are needed."
            )
        if across == along == 1:
            return replace(before, note=f"{views} views of {detectors} detectors, as they are.")
        data, angles = binned_views(before.data, before.angles_deg, along)
        data = binned_detectors(data, across)
        fan = before.fan and (before.fan[0] / across, before.fan[1] / across)
        note = f"{views} × {detectors} values became {data.shape[0]} × {data.shape[1]}."
        return replace(
            before,
            data=data,
            angles_deg=angles,
            fan=fan,
            note=note,
            recipe="binning",
            constants={"BIN_DETECTORS": across, "BIN_VIEWS": along},
        )


def _factor(what: str, count: int, wanted: int, most: int) -> int:
    """The bin that was asked for, or the smallest that leaves no more than `most`."""
    needed = math.ceil(count / most)
    if wanted and wanted < needed:
        raise InputError(
            f"{count} {what} in bins of {wanted} leave more than {most}, the most that can be "
            f"used: bins of {needed} or more."
        )
    return wanted or needed
