"""The two scanners: where the rays run through the image.

Lengths are in pixels of the image grid, angles in degrees. The image is a square of `size`
pixels centred on the axis of rotation; row 0 is at the top.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.problem.errors import InputError, require_number

ANGLES_RANGE = (1, 720)
DETECTORS_RANGE = (1, 2048)
WIDTH_RANGE = (0.1, 16.0)
DISTANCE_RANGE = (1.0, 100_000.0)


@dataclass(frozen=True, kw_only=True)
class _Beam:
    """What both scanners share: the views and the row of detectors."""

    angles: int = 41
    arc_deg: float = 180.0
    start_deg: float = 0.0
    detectors: int = 160
    detector_width: float = 2.0

    def __post_init__(self) -> None:
        low, high = ANGLES_RANGE
        require_number("Number of angles", self.angles, low=low, high=high, whole=True)
        require_number("Arc", self.arc_deg, low=0.1, high=360, unit="degrees")
        for turn in (90, 180, 360):
            if abs(self.arc_deg - np.deg2rad(turn)) < 0.002:
                raise InputError(
                    f"An arc of {self.arc_deg:g} degrees looks like {turn}° in radians: "
                    f"give {turn}, since all angles are in degrees."
                )
        require_number("Start angle", self.start_deg, low=-360, high=360, unit="degrees")
        low, high = DETECTORS_RANGE
        require_number("Number of detectors", self.detectors, low=low, high=high, whole=True)
        shortest, longest = WIDTH_RANGE
        require_number(
            "Detector width", self.detector_width, low=shortest, high=longest, unit="pixels"
        )

    @property
    def angles_deg(self) -> NDArray[np.float64]:
        """The view angles (angles,), evenly spaced; the end of the arc is not included."""
        steps = np.arange(self.angles, dtype=np.float64)
        return np.asarray(self.start_deg + steps * (self.arc_deg / self.angles), np.float64)

    @property
    def angles_rad(self) -> NDArray[np.float64]:
        """The view angles (angles,) in radians, as ASTRA takes them."""
        return np.deg2rad(self.angles_deg)

    @property
    def detector_edges(self) -> NDArray[np.float64]:
        """Edges of the detectors (detectors + 1,) along the detector row, 0 at its centre."""
        edges = np.arange(self.detectors + 1, dtype=np.float64) - self.detectors / 2
        return np.asarray(edges * self.detector_width, np.float64)


@dataclass(frozen=True, kw_only=True)
class ParallelBeam(_Beam):
    """Parallel rays: at angle θ the detector coordinate of (x, y) is x cos θ + y sin θ."""

    projectors: ClassVar[tuple[str, ...]] = ("strip", "line", "linear")

    @property
    def field_radius(self) -> float:
        """Radius, in pixels, of the disc that every view sees whole."""
        return self.detectors * self.detector_width / 2


@dataclass(frozen=True, kw_only=True)
class FanBeam(_Beam):
    """A point source opposite a flat detector (ASTRA's `fanflat`)."""

    arc_deg: float = 360.0
    source_origin: float = 640.0
    origin_detector: float = 640.0

    projectors: ClassVar[tuple[str, ...]] = ("strip", "line")

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = DISTANCE_RANGE
        require_number(
            "Distance source to axis", self.source_origin, low=low, high=high, unit="pixels"
        )
        require_number(
            "Distance axis to detector", self.origin_detector, low=0, high=high, unit="pixels"
        )

    @property
    def magnification(self) -> float:
        """How much larger the axis' plane appears on the detector."""
        return (self.source_origin + self.origin_detector) / self.source_origin

    @property
    def field_radius(self) -> float:
        """Radius, in pixels, of the disc that every view sees whole."""
        half = self.detectors * self.detector_width / 2
        return float(
            self.source_origin * half / np.hypot(half, self.source_origin + self.origin_detector)
        )


Beam = ParallelBeam | FanBeam

TRUNCATED = 0.005
"""From this share of the image outside of what every view sees, reconstructions show it."""


def share_outside(image: NDArray[np.floating], radius: float) -> float:
    """The share of an image's mass (size, size) outside the disc of this radius in pixels."""
    size = image.shape[0]
    offsets = np.arange(size) - (size - 1) / 2
    outside = offsets[:, None] ** 2 + offsets**2 > radius**2
    total = float(image.sum())
    return float(image[outside].sum()) / total if total else 0.0


def check_fits(size: int, beam: Beam) -> None:
    """Raise `InputError` when the source of a fan beam would stand inside the image."""
    if isinstance(beam, FanBeam):
        reach = size / np.sqrt(2)
        if beam.source_origin <= reach:
            raise InputError(
                f"The source must stand outside the image: its distance to the axis must be "
                f"more than {reach:.2f} pixels for a {size}×{size} image, "
                f"not {beam.source_origin:g}."
            )
