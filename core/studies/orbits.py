"""What a circle of the source cannot see, and a helix can: Tuy's condition on Defrise's disks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.array_types import Float32Array, Float64Array, Image
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ConeBeam, HelicalBeam
from core.methods.base import Method
from core.methods.cgls import CGLS
from core.methods.volumes.fdk import FDK
from core.problem.metrics import snr
from core.problem.volume_scan import VolumeScan
from core.problem.volumes.defrise import DefriseDisks, disk_heights
from core.studies.volume_lessons import Lesson, Lessons, Solve, axis_profile


@dataclass(frozen=True, kw_only=True)
class Orbits(Lessons):
    """Defrise's disks from a circle and from a helix, with as many views and without noise.

    `size` is the side of the volume, `views` their number. A short distance of the source, 1.2
    sides, makes the cone wide, and shows more of what the circle misses.
    """

    size: int = 48
    views: int = 120
    iterations: int = 30

    @property
    def job_title(self) -> str:
        """What people read."""
        return "Circle and helix"

    @property
    def parts(self) -> int:
        """FDK and CGLS of the circle, CGLS of the helix."""
        return 3

    @property
    def steps(self) -> int:
        """Iterations of all of them."""
        return 2 * (self.iterations + 1) + 1

    @property
    def beams(self) -> tuple[ConeBeam, HelicalBeam]:
        """The circle and the helix."""
        size = self.size
        common: dict[str, Any] = {
            "views": EvenViews(angles=self.views, arc=360.0),
            "rows": round(1.25 * size),
            "detectors": round(1.25 * size),
            "detector_width": 2.0,
            "row_height": 2.0,
            "source_origin": 1.2 * size,
            "origin_detector": 1.2 * size,
        }
        return ConeBeam(**common), HelicalBeam(**common, pitch=0.45 * size, turns=2.0)

    def lessons(self, solve: Solve) -> Iterator[Lesson]:
        """Reconstruct."""
        cgls = CGLS(iterations=self.iterations)
        methods: tuple[Method, ...] = (FDK(), cgls)
        circle, helix = self.beams
        for orbit, beam, tried in (("Circle", circle, methods), ("Helix", helix, (cgls,))):
            scan = VolumeScan(image=DefriseDisks(), size=self.size, beam=beam, kernel="linear")
            measurement = scan.measurement()
            for method in tried:
                volume = solve(method, measurement)
                yield Lesson(
                    title=f"{orbit}, {method.title}",
                    picture=_upright(volume),
                    profile=axis_profile(volume),
                    snr=snr(volume, measurement.truth),
                )


def values_on_axis(profile: Float64Array, size: int, *, gaps: bool = False) -> Float64Array:
    """The profile of an `Orbits` study in the middle of each disk, from below, or of each gap."""
    places = disk_heights(gaps) * size / 2 + (len(profile) - 1) / 2
    return np.asarray(np.interp(places, np.arange(len(profile)), profile))


def _upright(volume: Image) -> Float32Array:
    """The slice through the axis that one sees from in front, its top on top."""
    front: Float32Array = volume[::-1, volume.shape[1] // 2]
    return np.ascontiguousarray(front)
