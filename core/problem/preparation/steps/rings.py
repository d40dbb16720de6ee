"""Detectors that differ from their neighbours in every view, which become rings."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np

from core.parameters import param
from core.problem.preparation.rings import remove_rings, remove_rings_by_sorting
from core.problem.preparation.steps.base import Prepared, Step


@final
@dataclass(frozen=True, kw_only=True)
class Rings(Step):
    """Stripes along the views taken out of the sinogram."""

    name: ClassVar[str] = "rings"
    title: ClassVar[str] = "Rings"
    order: ClassVar[int] = 4
    about: ClassVar[str] = (
        "A detector that differs from its neighbours makes a stripe in the sinogram and a ring in "
        "the image. Sorting: Vo et al. 2018. Wavelets: Münch et al. 2009, which takes more of the "
        "object with it where that is round about the axis."
    )

    filter: str = param(
        "none",
        choices=("none", "sorting", "wavelet"),
        words={"none": "None", "sorting": "Sorting", "wavelet": "Wavelets"},
        title="Ring removal",
    )
    window: int = param(
        5,
        low=3,
        high=61,
        typed=True,
        title="Detectors in the median",
        only=("filter", ("sorting",)),
        help="Stripes up to half as wide are removed.",
    )
    levels: int = param(
        3,
        low=1,
        high=6,
        typed=True,
        title="Wavelet levels",
        only=("filter", ("wavelet",)),
        help="Each level removes stripes twice as wide.",
    )

    @property
    def wanted(self) -> bool:
        """Whether stripes are removed."""
        return self.filter != "none"

    def apply(self, before: Prepared) -> Prepared:
        """Take the stripes out."""
        if self.filter == "sorting":
            data = remove_rings_by_sorting(before.data, window=self.window)
            recipe, constants = "rings_by_sorting", {"RINGS_WINDOW": self.window}
        else:
            data = remove_rings(before.data, levels=self.levels)
            recipe, constants = "rings_by_wavelets", {"RINGS_LEVELS": self.levels}
        change = np.linalg.norm(data - before.data) / (np.linalg.norm(before.data) or 1)
        note = f"This changed the data by {change:.2%}."
        return replace(before, data=data, note=note, recipe=recipe, constants=constants)
