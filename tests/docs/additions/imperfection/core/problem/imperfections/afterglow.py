"""Afterglow: a part of each view is read with the next one, d_k = (1 − p) d⁰_k + p d⁰_{k−1}.

The cure undoes the recursion, view by view.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Sinogram
from core.geometry.beams import Beam
from core.parameter import Value
from core.parameters import param
from core.problem.imperfections.base import Cure, DetectorImperfection, Recorded


@final
@dataclass(frozen=True, kw_only=True)
class Afterglow(DetectorImperfection):
    """A part `part` of the reading of each view that comes with the next one."""

    name: ClassVar[str] = "afterglow"
    title: ClassVar[str] = "Afterglow"
    order: ClassVar[int] = 90
    switches: ClassVar[tuple[str, ...]] = ("part",)
    cause: ClassVar[str] = "The scintillator still glows of the view before."
    artefact: ClassVar[str] = "Views are smeared into the next: a blur along circles."
    equations: ClassVar[tuple[str, ...]] = ("d_k = (1 - p)\\,d^0_k + p\\,d^0_{k-1}",)
    source: ClassVar[str] = "the data sheet of the scintillator"
    typical: ClassVar[Mapping[str, Value]] = {"part": 0.3}
    script: ClassVar[str] = """\
data[1:] = (1 - AFTERGLOW_PART) * data[1:] + AFTERGLOW_PART * data[:-1]
"""

    part: float = param(0.0, low=0.0, high=0.4, help="Part of a view that the next one reads.")

    def apply(self, data: Sinogram, attenuation: float) -> Sinogram:
        """Return the data with the glow of the view before."""
        changed = data.copy()
        changed[1:] = (1 - self.part) * data[1:] + self.part * data[:-1]
        return changed

    def deviation(self, deviation: Float64Array) -> Float64Array:
        """Two independent errors, each by its share."""
        mixed = deviation.copy()
        mixed[1:] = np.hypot((1 - self.part) * deviation[1:], self.part * deviation[:-1])
        return mixed

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The subtraction of the glow."""
        return (
            Cure(
                name="subtract",
                title="Glow subtracted",
                text="View by view, the glow of the one before is subtracted.",
                apply=self._subtracted,
            ),
        )

    def _subtracted(self, recorded: Recorded) -> Sinogram:
        repaired = recorded.data.copy()
        for view in range(1, len(repaired)):
            repaired[view] = (repaired[view] - self.part * repaired[view - 1]) / (1 - self.part)
        return repaired.astype(np.float32)
