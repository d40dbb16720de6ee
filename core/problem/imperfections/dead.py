"""Dead views: the read-out fails, and all detectors of some views report 0.

The cure interpolates, at each detector, between the nearest views that are alive.
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
from core.problem.noise.base import LARGEST_SEED


@final
@dataclass(frozen=True, kw_only=True)
class DeadViews(DetectorImperfection):
    """Views without a read-out, `views` of them, chosen at random; one is always left alive."""

    name: ClassVar[str] = "dead"
    title: ClassVar[str] = "Dead views"
    order: ClassVar[int] = 60
    switches: ClassVar[tuple[str, ...]] = ("views",)
    cause: ClassVar[str] = (
        "In some views the read-out fails: **whole rows of the sinogram are empty**, as if there "
        "were no object."
    )
    artefact: ClassVar[str] = (
        "A view is missing in every sum: **streaks along its rays**, strongest along the edges "
        "that it should have drawn, and the image is too dark by its share."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta_k, s) = 0",
        "\\hat d(\\theta_k, s) = (1 - t)\\,d(\\theta_i, s) + t\\,d(\\theta_j, s)",
    )
    source: ClassVar[str] = (
        "J. F. Barrett and N. Keat, Artifacts in CT: recognition and avoidance, RadioGraphics 24 "
        "(2004) 1679–1691, doi:10.1148/rg.246045065"
    )
    typical: ClassVar[Mapping[str, Value]] = {"views": 2}
    script: ClassVar[str] = """\
random = np.random.Generator(np.random.PCG64(DEAD_SEED))
data[random.permutation(len(angles))[: min(DEAD_VIEWS, len(angles) - 1)]] = 0
"""

    views: int = param(
        0,
        low=0,
        high=100,
        title="Dead views",
        typed=True,
        help="How many views report nothing.",
    )
    seed: int = param(
        0,
        low=0,
        high=LARGEST_SEED,
        title="Seed of the dead views",
        label="Seed of the dead views",
        typed=True,
        help="Another number chooses other views; the same number, the same ones.",
    )

    def apply(self, data: Sinogram, attenuation: float) -> Sinogram:
        """Return the data with nothing in the dead views."""
        return self._blanked(data)

    def deviation(self, deviation: Float64Array) -> Float64Array:
        """The same in the views that are alive; the dead ones have no noise."""
        return self._blanked(deviation)

    def _blanked(self, values: AnyArray) -> AnyArray:
        changed, count = values.copy(), len(values)
        random = np.random.Generator(np.random.PCG64(self.seed))
        changed[random.permutation(count)[: min(self.views, count - 1)]] = 0
        return changed

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The interpolation between the views that are alive."""
        return (
            Cure(
                name="interpolate",
                title="Interpolated views",
                text="A view that is empty at every detector is replaced, detector by detector, by "
                "a line between the views before and after it, $\\theta_i$ and $\\theta_j$. On the "
                "way from $\\theta_i$ to $\\theta_j$, $t$ goes from 0 to 1.",
                apply=_interpolated,
            ),
        )


def _interpolated(recorded: Recorded) -> Sinogram:
    dead = np.equal(recorded.data, 0).min(axis=1)
    return interpolated_views(recorded.data, recorded.operator.beam.angles_deg, dead)


def interpolated_views(
    sinogram: Sinogram, angles_deg: Float64Array, dead: NDArray[np.bool_]
) -> Sinogram:
    """Return the data (views, detectors) with the dead views interpolated in their angle.

    Before the first and after the last one that is alive, the nearest one stands in.
    """
    changed, alive = sinogram.copy(), np.flatnonzero(~dead)
    if not len(alive):
        return changed
    order = alive[np.argsort(angles_deg[alive], kind="stable")]
    where = np.interp(angles_deg[dead], angles_deg[order], np.arange(len(order)))
    before = np.floor(where).astype(int)
    after = np.minimum(before + 1, len(order) - 1)
    part = (where - before)[:, None]
    changed[dead] = (1 - part) * sinogram[order[before]] + part * sinogram[order[after]]
    return changed
