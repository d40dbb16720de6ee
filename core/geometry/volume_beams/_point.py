"""What the scanners of volumes with a point source have in common."""

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from core.array_types import Float64Array
from core.description import part
from core.errors import InputError
from core.geometry.beams._flat_detector import FlatDetector
from core.geometry.beams._point_source import DISTANCE_RANGE
from core.geometry.beams.base import MOST_DETECTORS, WIDTH_RANGE
from core.geometry.views import VIEWS, EvenViews, Views
from core.geometry.volume_beams._panel import PanelBeam
from core.parameters import param

DISTANCE = 2.0
"""Of the source from the axis, in sides of the volume: a cone of 14.5° to either side."""
WIDTH = 1.1
"""Of a detector of the usual panel where it is seen on the axis, in voxels."""


@dataclass(frozen=True, kw_only=True)
class PointPanel(PanelBeam, FlatDetector, ABC):
    """A point source opposite a flat panel. Its middle row is a fan beam in the plane z = 0."""

    views: Views = part(VIEWS, lambda: EvenViews(angles=60, arc=360.0))
    detectors: int = param(
        64,
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
        2.2,
        low=WIDTH_RANGE[0],
        high=WIDTH_RANGE[1],
        unit="voxels",
        label="Width (voxels)",
        typed=True,
        place="half",
        help="Width of one detector on the panel, in voxels.",
    )
    row_height: float = param(
        2.2,
        low=WIDTH_RANGE[0],
        high=WIDTH_RANGE[1],
        unit="voxels",
        label="Height (voxels)",
        typed=True,
        place="half",
        help="Height of one detector on the panel, in voxels.",
    )
    panel_offset: float = param(
        0.0,
        low=-MOST_DETECTORS / 2,
        high=MOST_DETECTORS / 2,
        unit="detectors",
        title="Offset of the panel",
        label="Offset",
        typed=True,
        place="more",
        help="How far the panel is moved along its rows, in detectors.",
    )
    source_origin: float = param(
        128.0,
        low=DISTANCE_RANGE[0],
        high=DISTANCE_RANGE[1],
        unit="voxels",
        title="Distance source to axis",
        label="Source (voxels)",
        typed=True,
        place="half",
        help="Distance of the source from the axis about which the gantry turns.",
    )
    origin_detector: float = param(
        128.0,
        low=0.0,
        high=DISTANCE_RANGE[1],
        unit="voxels",
        title="Distance axis to panel",
        label="Panel (voxels)",
        typed=True,
        place="half",
        help="Distance of the panel from the axis.",
    )

    kernels: ClassVar[tuple[str, ...]] = ("strip", "linear")
    gpu_kernels: ClassVar[tuple[str, ...]] = ("cuda",)

    @classmethod
    def sized(cls, size: int) -> Self:
        """The usual scanner for a volume of this size: it sees the ball in it whole."""
        distance = DISTANCE * size
        return cls(
            rows=size,
            detectors=size,
            detector_width=2 * WIDTH,
            row_height=2 * WIDTH,
            source_origin=distance,
            origin_detector=distance,
        )

    def check_fits(self, size: int) -> None:
        """Raise `InputError` when the source would stand inside the volume."""
        reach = size / np.sqrt(2)
        if self.source_origin <= reach:
            raise InputError(
                "The source must stand outside the volume: its distance to the axis must be more "
                f"than {reach:.2f} voxels for a volume of {size}³, not {self.source_origin:g}."
            )

    @property
    def detector_edges(self) -> Float64Array:
        """Edges of the detectors (detectors + 1,) along a row, 0 opposite the source."""
        edges = np.arange(self.detectors + 1, dtype=np.float64) - self.detectors / 2
        return np.asarray((edges + self.panel_offset) * self.detector_width, np.float64)

    @property
    def field_radius(self) -> float:
        """Radius, in voxels, of the cylinder that every view sees whole from side to side."""
        ends = np.abs(self.detector_edges[[0, -1]])
        inner = float(np.min(ends)) if abs(self.panel_offset) < self.detectors / 2 else 0.0
        return self.source_origin * float(np.sin(np.arctan(inner / self.source_detector)))

    def projection_matrices(self) -> Float64Array:
        """One projective map (views, 2, 3) a view: of the plane of the source."""
        maps = super().projection_matrices()
        maps[:, 0] -= maps[:, 1] * self.panel_offset
        return maps

    @property
    def source_heights(self) -> Float64Array:
        """How high the source stands in each view (views,), in voxels; the panel goes with it."""
        return np.zeros(self.view_count)

    @property
    def half_height(self) -> float:
        """How far from the plane of the source the panel sees all of the axis, in voxels."""
        return self.rows * self.row_height / 2 / self.magnification

    def vectors(self) -> Float64Array:
        """Where source and panel stand (views, 12), in voxels: ASTRA's `cone_vec`.

        x, y and z of the source, of the middle of the panel, of the step from one detector to the
        next in a row, and of the step from one row to the next.
        """
        cosine, sine = np.cos(self.angles_rad), np.sin(self.angles_rad)
        vectors = np.zeros((self.view_count, 12))
        towards, across = np.stack([-sine, cosine], 1), np.stack([cosine, sine], 1)
        vectors[:, 0:2] = -self.source_origin * towards
        vectors[:, 3:5] = self.origin_detector * towards
        vectors[:, 3:5] += self.panel_offset * self.detector_width * across
        vectors[:, 2] = vectors[:, 5] = self.source_heights
        vectors[:, 6:8] = self.detector_width * across
        vectors[:, 11] = self.row_height
        return vectors
