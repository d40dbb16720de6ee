"""Parallel rays through a volume: each row of the panel sees one slice."""

from dataclasses import dataclass
from typing import ClassVar, Self, final

from core.array_types import Float64Array
from core.description import part
from core.geometry.beams._parallel_rays import ParallelRays
from core.geometry.beams.base import MOST_DETECTORS, WIDTH_RANGE
from core.geometry.beams.parallel import ParallelBeam
from core.geometry.views import VIEWS, EvenViews, Views
from core.geometry.views.listed import ListedViews
from core.geometry.volume_beams._panel import PanelBeam
from core.parameters import param

MOST_INTERLEAVED = 8


@final
@dataclass(frozen=True, kw_only=True)
class ParallelBeam3D(PanelBeam, ParallelRays):
    """A stack of parallel beams, one for each slice (ASTRA's `parallel3d` where all agree).

    The volume has as many slices as the panel has rows. With `interleaved` n and `turned` by α,
    slice k is seen at the angles of the views plus (k mod n) · α.
    """

    name: ClassVar[str] = "parallel3d"
    title: ClassVar[str] = "Parallel"
    order: ClassVar[int] = 0
    kind: ClassVar[str] = "parallel"
    kernels: ClassVar[tuple[str, ...]] = ParallelBeam.kernels
    view_equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, z, s) = \\int m\\bigl(s\\,e_\\theta + t\\,e_\\theta^\\perp, z\\bigr)\\,dt",
    )
    pixel_equations: ClassVar[tuple[str, ...]] = ("s(\\theta) = x\\cos\\theta + y\\sin\\theta",)
    pixel_curve: ClassVar[str] = "a sinusoid"
    script: ClassVar[str] = """\
slices = [
    pylops.medical.CT2D(
        (SIZE, SIZE),
        DETECTOR_WIDTH,
        DETECTORS,
        angles + np.deg2rad(k * TURNED),
        engine="cpu",
        projector_type=KERNEL,
    )
    for k in range(INTERLEAVED)
]
G = volume_beams.SliceStack(slices, ROWS)
"""

    views: Views = part(VIEWS, lambda: EvenViews(angles=60, arc=180.0))
    detectors: int = param(
        83,
        low=1,
        high=MOST_DETECTORS,
        title="Number of panel columns",
        label="Columns",
        typed=True,
        place="half",
        aliases=("columns",),
        help="How many detectors stand side by side in a row of the panel.",
    )
    detector_width: float = param(
        1.1,
        low=WIDTH_RANGE[0],
        high=WIDTH_RANGE[1],
        unit="voxels",
        label="Width (voxels)",
        typed=True,
        place="half",
        help="Width of one detector, in voxels.",
    )
    interleaved: int = param(
        1,
        low=1,
        high=MOST_INTERLEAVED,
        title="Interleaved slices",
        place="more",
        help="This many neighbouring slices have different view angles.",
    )
    turned: float = param(
        0.0,
        low=0.0,
        high=180.0,
        unit="degrees",
        title="Turn from slice to slice",
        place="more",
        help="By how much the angles of a slice are turned against those of the slice below.",
    )

    def image_shape(self, size: int) -> tuple[int, ...]:
        """The shape of the volume: (rows, size, size)."""
        return (self.rows, size, size)

    @classmethod
    def sized(cls, size: int) -> Self:
        """The usual scanner for a volume of this size: it sees the whole of each slice."""
        return cls(rows=size, detectors=round(1.3 * size), detector_width=1.1)

    @property
    def slice_beams(self) -> tuple[ParallelBeam, ...]:
        """The different beams of the slices: slice k has number k mod `interleaved`."""
        if self.interleaved == 1 or self.turned == 0:
            return (self._slice_beam(self.views),)
        return tuple(
            self._slice_beam(ListedViews(angle_list=tuple(self._angles(k).tolist())))
            for k in range(self.interleaved)
        )

    def _angles(self, k: int) -> Float64Array:
        angles: Float64Array = self.angles_deg + k * self.turned
        return angles

    def _slice_beam(self, views: Views) -> ParallelBeam:
        return ParallelBeam(
            views=views, detectors=self.detectors, detector_width=self.detector_width
        )
