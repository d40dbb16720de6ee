"""Scans that one click sets up, and detectors that cover the image."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.geometry.beams import MOST_DETECTORS, WIDTH_RANGE, Beam, FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.problem.noise import Noise, NoNoise, PoissonNoise
from core.problem.scan import Scan


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A scan that one click selects; `make` turns the scan on screen into it.

    `whole` asks for its image too; the other presets keep the image and its size.
    """

    title: str
    help: str
    make: Callable[[Scan], Scan]
    whole: bool = False


def fitted(beam: Beam, size: int) -> Beam:
    """The same beam with as many detectors as cover the disc inscribed in the image.

    Where that needs more detectors than there can be, they become wider.
    """
    half = beam.half_width_for(size / 2)
    most, widest = MOST_DETECTORS, WIDTH_RANGE[1]
    width = min(max(beam.detector_width, 2 * half / most), widest)
    # Rounded before it is rounded up: 160.0000001 detectors are 160.
    detectors = min(math.ceil(round(2 * half / width, 6)), most)
    return replace(beam, detectors=detectors, detector_width=width)


def _scanned(scan: Scan, beam: Beam, noise: Noise | None = None) -> Scan:
    return Scan(
        image=scan.image, size=scan.size, beam=fitted(beam, scan.size), noise=noise or NoNoise()
    )


def _fan(scan: Scan) -> Scan:
    distance = 2.0 * scan.size
    return _scanned(
        scan,
        FanBeam(
            views=EvenViews(angles=82, arc=360.0),
            detector_width=4.0,
            source_origin=distance,
            origin_detector=distance,
        ),
    )


PRESETS = (
    Preset(
        title="The lecture's scan",
        help="Brain, 320×320, 41 parallel views over 180°, 160 detectors, no noise.",
        make=lambda _: Scan(),
        whole=True,
    ),
    Preset(
        title="Few views",
        help="16 views instead of 41: streaks.",
        make=lambda scan: _scanned(scan, ParallelBeam(views=EvenViews(angles=16))),
    ),
    Preset(
        title="Limited angle",
        help="41 views over 120° instead of 180°: edges along the missing rays are lost.",
        make=lambda scan: _scanned(scan, ParallelBeam(views=EvenViews(arc=120.0))),
    ),
    Preset(
        title="Low dose",
        help="1000 photons a ray: noise where the object is thick.",
        make=lambda scan: _scanned(scan, ParallelBeam(), PoissonNoise(photons=1000)),
    ),
    Preset(
        title="Fan beam",
        help="A point source at twice the image's side, 82 views over 360°.",
        make=_fan,
    ),
)
