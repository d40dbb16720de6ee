"""A cone beam: a point source on a circle opposite a flat panel."""

from dataclasses import dataclass
from typing import ClassVar, final

from core.geometry.volume_beams._point import PointPanel


@final
@dataclass(frozen=True, kw_only=True)
class ConeBeam(PointPanel):
    """A point source on a circle and a flat panel (ASTRA's `cone`)."""

    name: ClassVar[str] = "cone"
    title: ClassVar[str] = "Cone"
    order: ClassVar[int] = 1
    kind: ClassVar[str] = "cone"
    view_equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s, v) = \\int m\\bigl(p_\\theta + t\\,u_{\\theta sv}\\bigr)\\,dt",
        "p_\\theta = D\\,(\\sin\\theta, -\\cos\\theta, 0)",
    )
    pixel_equations: ClassVar[tuple[str, ...]] = (
        "s = M(\\theta)\\,(x\\cos\\theta + y\\sin\\theta), \\quad v = M(\\theta)\\,z",
        "M(\\theta) = \\frac{D + D'}{D - x\\sin\\theta + y\\cos\\theta}",
    )
    pixel_curve: ClassVar[str] = "a closed curve"
    script: ClassVar[str] = """\
G = volume_beams.ConeBeam(
    (SIZE, SIZE, SIZE),
    angles,
    (ROWS, DETECTORS),
    (ROW_HEIGHT, DETECTOR_WIDTH),
    (SOURCE_ORIGIN, ORIGIN_DETECTOR),
    offset=PANEL_OFFSET,
    kernel=KERNEL,
)
"""
