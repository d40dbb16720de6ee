"""Parallel rays: at the angle θ the detector coordinate of (x, y) is x cos θ + y sin θ."""

from dataclasses import dataclass
from typing import ClassVar, final

from core.geometry.beams._parallel_rays import ParallelRays


@final
@dataclass(frozen=True, kw_only=True)
class ParallelBeam(ParallelRays):
    """Parallel rays and a flat row of detectors (ASTRA's `parallel`)."""

    name: ClassVar[str] = "parallel"
    title: ClassVar[str] = "Parallel"
    order: ClassVar[int] = 0
    kind: ClassVar[str] = "parallel"
    kernels: ClassVar[tuple[str, ...]] = ("strip", "line", "linear")
    view_equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s) = \\int m\\bigl(s\\,e_\\theta + t\\,e_\\theta^\\perp\\bigr)\\,dt",
        "e_\\theta = (\\cos\\theta, \\sin\\theta)",
        "e_\\theta^\\perp = (-\\sin\\theta, \\cos\\theta)",
    )
    pixel_equations: ClassVar[tuple[str, ...]] = ("s(\\theta) = x\\cos\\theta + y\\sin\\theta",)
    pixel_curve: ClassVar[str] = "a sinusoid"
    script: ClassVar[str] = """\
G = pylops.medical.CT2D(
    (SIZE, SIZE),
    DETECTOR_WIDTH,
    DETECTORS,
    angles,
    engine="cpu",
    projector_type=KERNEL,
)
"""
