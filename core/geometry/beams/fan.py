"""Rays from a point source to a flat row of detectors."""

from dataclasses import dataclass
from typing import ClassVar, final

from core.geometry.beams._flat_detector import FlatDetector


@final
@dataclass(frozen=True, kw_only=True)
class FanBeam(FlatDetector):
    """A point source opposite a flat detector (ASTRA's `fanflat`)."""

    name: ClassVar[str] = "fan"
    title: ClassVar[str] = "Fan"
    order: ClassVar[int] = 1
    pixel_equations: ClassVar[tuple[str, ...]] = (
        "s(\\theta) = M(\\theta)\\,(x\\cos\\theta + y\\sin\\theta)",
        "M(\\theta) = \\frac{D + D'}{D - x\\sin\\theta + y\\cos\\theta}",
        "D, D'\\text{: source, detectors from the axis}",
    )
    script: ClassVar[str] = """\
G = pylops.medical.CT2D(
    (SIZE, SIZE),
    DETECTOR_WIDTH,
    DETECTORS,
    angles,
    engine="cpu",
    proj_geom_type="fanflat",
    source_origin_dist=SOURCE_ORIGIN,
    origin_detector_dist=ORIGIN_DETECTOR,
    projector_type=KERNEL,
)
"""
