"""Single values far from their neighbours: zingers, hot pixels, cosmic rays."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

from core.number_format import percent
from core.parameters import param
from core.problem.preparation.intensities import without_outliers
from core.problem.preparation.steps.base import Prepared, Step


@final
@dataclass(frozen=True, kw_only=True)
class Outliers(Step):
    """Values replaced by the median of 3 × 3 of them where they are too far from it."""

    name: ClassVar[str] = "outliers"
    title: ClassVar[str] = "Outliers"
    order: ClassVar[int] = 0
    about: ClassVar[str] = (
        "A cosmic ray or a hot pixel is a single value far from its neighbours, and a line across "
        "the image."
    )

    remove: bool = param(
        False,
        title="Remove outliers",
        help="Replace single values that are far from the median of their 3 × 3 neighbours.",
    )
    threshold: float = param(
        8.0,
        low=3.0,
        high=50.0,
        title="Outliers from",
        unit="σ",
        help="How many standard deviations of such differences a value may be away.",
    )

    @property
    def wanted(self) -> bool:
        """Whether outliers are removed."""
        return self.remove

    def apply(self, before: Prepared) -> Prepared:
        """Replace what is far from the median."""
        cured = without_outliers(before.data, self.threshold)
        share = percent(cured.changed / before.data.size) if cured.changed else "none"
        note = f"{cured.changed} of {before.data.size} values ({share}) were replaced."
        if not cured.changed:
            return replace(before, note=note)
        return replace(
            before,
            data=cured.sinogram,
            note=note,
            recipe="outliers",
            constants={"OUTLIERS_THRESHOLD": self.threshold},
        )
