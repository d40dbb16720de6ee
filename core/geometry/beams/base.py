"""The scanner: where the rays run through the image.

Lengths are in pixels of the image grid, angles in degrees. The image is a square of `size` pixels
centred on the axis of rotation; row 0 is at the top. Coordinates (x, y) are in pixels from the
axis, x to the right and y upwards. The source is on the side of (sin θ, −cos θ), the detectors on
the other, and their row runs along (cos θ, sin θ): ASTRA's conventions.
"""

from abc import ABC, abstractmethod
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.description import Described, part
from core.geometry.views import VIEWS, EvenViews, Views
from core.parameters import param

MOST_DETECTORS = 2048
WIDTH_RANGE = (0.1, 16.0)


@dataclass(frozen=True, kw_only=True)
class Beam(Described, ABC):
    """What every scanner has: the views and the row of detectors.

    `kernels` are the weights that can be computed for it, the usual one first, `gpu_kernels` those
    that need a GPU, `kind` its name in a sentence. `view_equations` and `pixel_equations` are
    LaTeX: a view as line integrals, and the curve of a pixel in the sinogram. `script` are the
    lines of a script that make the operator `G` from `angles` and the constants.
    """

    kernels: ClassVar[tuple[str, ...]]
    gpu_kernels: ClassVar[tuple[str, ...]] = ()
    kind: ClassVar[str]
    view_equations: ClassVar[tuple[str, ...]]
    pixel_equations: ClassVar[tuple[str, ...]]
    pixel_curve: ClassVar[str]
    script: ClassVar[str]

    views: Views = part(VIEWS, EvenViews)
    detectors: int = param(
        160,
        low=1,
        high=MOST_DETECTORS,
        title="Number of detectors",
        label="Detectors",
        typed=True,
        place="half",
        help="How many detectors stand side by side: the length of one row of the data.",
    )
    detector_width: float = param(
        2.0,
        low=WIDTH_RANGE[0],
        high=WIDTH_RANGE[1],
        unit="pixels",
        label="Width (px)",
        typed=True,
        place="half",
        phrase="detectors of [{} px]",
        aliases=("width",),
        help="Width of one detector, in pixels of the image.",
    )

    @property
    def view_count(self) -> int:
        """How many views there are."""
        return self.views.count

    @property
    def angles_deg(self) -> Float64Array:
        """The view angles (views,) in degrees."""
        return self.views.angles_deg

    @property
    def view_gap(self) -> float:
        """The mean angle between neighbouring directions of the views, in degrees."""
        return self.views.arc / self.view_count

    @property
    def angles_rad(self) -> Float64Array:
        """The view angles (views,) in radians, as ASTRA takes them."""
        return np.deg2rad(self.angles_deg)

    @property
    def detector_edges(self) -> Float64Array:
        """Edges of the detectors (detectors + 1,) along the detector row, 0 at its centre."""
        edges = np.arange(self.detectors + 1, dtype=np.float64) - self.detectors / 2
        return np.asarray(edges * self.detector_width, np.float64)

    @property
    def detector_centres(self) -> Float64Array:
        """Centres of the detectors (detectors,) along the detector row, 0 at its centre."""
        edges = self.detector_edges
        return np.asarray((edges[:-1] + edges[1:]) / 2)

    @property
    def data_shape(self) -> tuple[int, ...]:
        """The shape of the data: (views, detectors)."""
        return (self.view_count, self.detectors)

    def image_shape(self, size: int) -> tuple[int, ...]:
        """The shape of the image whose side has `size` pixels: (size, size)."""
        return (size, size)

    @property
    @abstractmethod
    def fan_angles(self) -> Float64Array:
        """Angle of each detector's ray to the central one (detectors,), in radians."""

    @property
    @abstractmethod
    def field_radius(self) -> float:
        """Radius, in pixels, of the disc that every view sees whole."""

    @property
    def magnification(self) -> float:
        """How much larger the plane of the axis appears on the detectors."""
        return 1.0

    @property
    def source_distance(self) -> float | None:
        """Distance of the source from the axis, in pixels; None where the rays are parallel."""
        return None

    @property
    def drawn_reach(self) -> float:
        """How far behind the axis the detectors stand, in pixels; infinite where anywhere."""
        return float("inf")

    @property
    def bend(self) -> float:
        """Angle between the rays of neighbouring detectors, in radians; 0 for a flat row."""
        return 0.0

    @abstractmethod
    def projection_matrices(self) -> Float64Array:
        """One projective map (views, 2, 3) a view: see `core.projection.projection_matrices`."""

    @abstractmethod
    def across(self, positions: FloatArray, along: FloatArray) -> Float64Array:
        """Where rays are: their distance from the central ray, in pixels.

        `positions` are those of the rays on the detectors, `along` how far the points lie from the
        axis towards the detectors; the two broadcast.
        """

    def behind(self, positions: FloatArray, middle: float) -> Float64Array:
        """How far behind the axis the row stands at positions on it, `middle` in its middle."""
        return np.full_like(positions, middle, dtype=np.float64)

    @abstractmethod
    def half_width_for(self, radius: float) -> float:
        """Half the length of a detector row that sees a disc of this radius whole, in pixels."""

    def ct2d_options(self) -> dict[str, Any]:
        """The options of `pylops.medical.CT2D` beside views and detectors."""
        return {}

    def check_fits(self, size: int) -> None:
        """Raise `InputError` where an image of this size does not fit into the scanner."""

    def scaled(self, factor: float) -> "Beam":
        """The same scanner with every distance, but not the detectors, times `factor`."""
        return self

    def twice_as_fine(self) -> "Beam":
        """The same scanner about an image of twice as many pixels on a side.

        Two detectors stand in place of each one: as wide as it in the smaller pixels. The numbers
        may go beyond the bounds of what people choose.
        """
        return unbounded(self.scaled(2.0), detectors=2 * self.detectors)

    def with_views(self, views: Views) -> "Beam":
        """The same scanner with other views."""
        return replace(self, views=views)

    def with_angles(self, count: int) -> "Beam":
        """The same scanner with another number of views."""
        return replace(self, views=self.views.with_count(count))

    def described(self) -> str:
        """What a caption says of the drawing of the gantry."""
        return "dotted: the field that every view covers"


B = TypeVar("B", bound=Beam)


def unbounded(beam: B, **changes: float) -> B:
    """A copy with other numbers, which may lie beyond the bounds of what people choose."""
    changed = copy(beam)
    for name, value in changes.items():
        object.__setattr__(changed, name, value)
    return changed
