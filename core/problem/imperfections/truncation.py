"""A row of detectors that is too short: the outer detectors on both sides are missing, d = 0.

The cure continues each view beyond its ends by the profile of an ellipse, which ends with the row:
d(s) = d(s_end) √(1 − t²), t from 0 at the last detector to 1 at the end of the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from core.array_types import AnyArray, Float64Array, Sinogram
from core.geometry.beams import Beam
from core.parameter import Value
from core.parameters import param
from core.problem.imperfections.base import Cure, DetectorImperfection, Recorded

STOPS = tuple(percent / 100 for percent in (0, 5, 10, 15, 20, 25, 30, 35, 40))


@final
@dataclass(frozen=True, kw_only=True)
class Truncation(DetectorImperfection):
    """Detectors missing on either side: the part `share` of the row, rounded to whole ones."""

    name: ClassVar[str] = "truncation"
    title: ClassVar[str] = "Truncated detector"
    order: ClassVar[int] = 50
    switches: ClassVar[tuple[str, ...]] = ("share",)
    cause: ClassVar[str] = (
        "The row of detectors is shorter than the object is wide: **views end abruptly**, and the "
        "outer columns of the sinogram are empty."
    )
    artefact: ClassVar[str] = (
        "The ramp filter meets a cliff at the end of each view: **a bright rim** at the border of "
        "the field and a wrong level within, cupping. Outside of it, hardly anything is known."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s) = 0\\quad (|s| > s_{\\text{end}})",
        "\\hat d(\\theta, s) = d(\\theta, s_{\\text{end}})\\,\\sqrt{1 - t^2}",
    )
    source: ClassVar[str] = (
        "J. F. Barrett and N. Keat, Artifacts in CT: recognition and avoidance, RadioGraphics 24 "
        "(2004) 1679–1691, doi:10.1148/rg.246045065"
    )
    typical: ClassVar[Mapping[str, Value]] = {"share": 0.2}
    judged_on: ClassVar[str] = "the disc that every view still sees"
    script: ClassVar[str] = """\
missing = round(TRUNCATION_SHARE * DETECTORS)
data[:, :missing] = data[:, DETECTORS - missing :] = 0
"""

    share: float = param(
        0.0,
        low=0.0,
        high=0.4,
        title="Missing detectors",
        label="Detectors missing on either side",
        stops=STOPS,
        show=lambda share: f"{100 * share:g} %",
        help="The part of the row of detectors that is missing at each of its ends.",
    )

    def missing(self, detectors: int) -> int:
        """How many detectors are missing on either side."""
        return round(self.share * detectors)

    def apply(self, data: Sinogram, attenuation: float) -> Sinogram:
        """Return the data with nothing in the outer detectors."""
        return self._blanked(data)

    def deviation(self, deviation: Float64Array) -> Float64Array:
        """The same in the detectors that are there; the missing ones have no noise."""
        return self._blanked(deviation)

    def _blanked(self, values: AnyArray) -> AnyArray:
        changed = values.copy()
        missing, detectors = self.missing(values.shape[1]), values.shape[1]
        changed[:, :missing] = changed[:, detectors - missing :] = 0
        return changed

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The extrapolation of the sinogram."""
        return (
            Cure(
                name="extrapolate",
                title="Extrapolated sinogram",
                text="Each view is continued beyond its ends by the profile of an ellipse, "
                "as if the object were as wide as the whole row: $t$ goes from 0 at the last "
                "detector to 1 at the end of the whole row. What it says of the outside is "
                "invented; the level inside is nearly right again.",
                apply=self._extrapolated,
            ),
        )

    def judged(self, size: int, beam: Beam) -> NDArray[np.bool_]:
        """The pixels (size, size) that every view still sees, by the shortened row."""
        radius = beam.field_radius * (1 - 2 * self.missing(beam.detectors) / beam.detectors)
        offsets = np.arange(size) - (size - 1) / 2
        return np.asarray(np.hypot(offsets[:, None], offsets) < radius)

    def _extrapolated(self, recorded: Recorded) -> Sinogram:
        changed, missing = recorded.data.copy(), self.missing(recorded.data.shape[1])
        if missing:
            falling = np.sqrt(1 - (np.arange(1, missing + 1) / (missing + 1)) ** 2)
            last = changed.shape[1] - missing
            changed[:, last:] = changed[:, last - 1 : last] * falling
            changed[:, :missing] = changed[:, missing : missing + 1] * falling[::-1]
        return changed
