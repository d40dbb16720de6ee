"""What the scanners with a point source have in common."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.description import part
from core.errors import InputError
from core.geometry.beams.base import Beam, unbounded
from core.geometry.views import VIEWS, EvenViews, Views
from core.parameter import Parameter
from core.parameters import param

DISTANCE_RANGE = (1.0, 100_000.0)


@dataclass(frozen=True, kw_only=True)
class PointSource(Beam):
    """A scanner with a point source opposite its detectors.

    Abstract: the rows of detectors differ.
    """

    views: Views = part(VIEWS, lambda: EvenViews(arc=360.0))
    source_origin: float = param(
        640.0,
        low=DISTANCE_RANGE[0],
        high=DISTANCE_RANGE[1],
        unit="pixels",
        title="Distance source to axis",
        label="Source (px)",
        typed=True,
        place="half",
        aliases=("source_distance",),
        help="Distance of the source from the axis about which the gantry turns.",
    )
    origin_detector: float = param(
        640.0,
        low=0.0,
        high=DISTANCE_RANGE[1],
        unit="pixels",
        title="Distance axis to detector",
        label="Detector (px)",
        typed=True,
        place="half",
        aliases=("detector_distance",),
        help="Distance of the row of detectors from the axis.",
    )

    kind: ClassVar[str] = "fan"
    kernels: ClassVar[tuple[str, ...]] = ("strip", "line")
    view_equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s) = \\int m\\bigl(p_\\theta + t\\,u_{\\theta,s}\\bigr)\\,dt",
        "p_\\theta = D\\,(\\sin\\theta, -\\cos\\theta)\\text{, the source, }D\\text{ from the "
        "axis}",
        "u_{\\theta,s}\\text{: unit vector from it to the detector at }s",
    )
    pixel_curve: ClassVar[str] = "a stretched sinusoid"

    @classmethod
    def refined(cls, parameter: Parameter, answers: Mapping[str, Any]) -> Parameter:
        """The source stands outside the image, whose corner is size/√2 from the axis."""
        if parameter.name == "source_origin" and "size" in answers:
            nearest = float(np.nextafter(answers["size"] / np.sqrt(2), np.inf))
            return replace(parameter, low=nearest)
        return parameter

    @property
    def source_detector(self) -> float:
        """Distance from the source to the middle of the detectors, in pixels."""
        return self.source_origin + self.origin_detector

    @property
    def magnification(self) -> float:
        """How much larger the plane of the axis appears on the detectors."""
        return self.source_detector / self.source_origin

    @property
    def source_distance(self) -> float | None:
        """Distance of the source from the axis, in pixels."""
        return self.source_origin

    @property
    def drawn_reach(self) -> float:
        """How far behind the axis the detectors stand, in pixels."""
        return max(self.origin_detector, 1.0)

    @property
    def field_radius(self) -> float:
        """Radius, in pixels, of the disc that every view sees whole."""
        outermost = float(np.arctan(self.tangents(self.detector_edges[-1:])[0]))
        return self.source_origin * float(np.sin(outermost))

    @property
    def fan_angles(self) -> Float64Array:
        """Angle of each detector's ray to the central one (detectors,), in radians."""
        return np.asarray(np.arctan(self.tangents(self.detector_centres)))

    @abstractmethod
    def tangents(self, positions: FloatArray) -> Float64Array:
        """Tangent of the angle to the central ray at positions on the detectors, in pixels."""

    def across(self, positions: FloatArray, along: FloatArray) -> Float64Array:
        """Where rays are: their distance from the central ray, in pixels."""
        return np.asarray(self.tangents(positions) * (self.source_origin + along))

    def check_fits(self, size: int) -> None:
        """Raise `InputError` when the source would stand inside the image."""
        reach = size / np.sqrt(2)
        if self.source_origin <= reach:
            raise InputError(
                f"The source must stand outside the image: its distance to the axis must be "
                f"more than {reach:.2f} pixels for a {size}×{size} image, "
                f"not {self.source_origin:g}."
            )

    def scaled(self, factor: float) -> "PointSource":
        """The same scanner with both distances times `factor`."""
        return unbounded(
            self,
            source_origin=self.source_origin * factor,
            origin_detector=self.origin_detector * factor,
        )

    def described(self) -> str:
        """What a caption says of the drawing of the gantry."""
        return (
            f"from the axis: source {self.source_origin:g} px, detectors "
            f"{self.origin_detector:g} px, not to scale"
        )
