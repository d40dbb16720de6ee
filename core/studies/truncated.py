"""A panel too small for the object: what FDK makes of it, and a method that knows the panel."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.array_types import Image
from core.geometry.beams.base import unbounded
from core.geometry.volume_beams import ParallelBeam3D, PointPanel
from core.methods.cgls import CGLS
from core.methods.volumes.fdk import FDK
from core.problem.metrics import snr
from core.problem.volume_scan import VolumeScan
from core.studies.volume_lessons import Lesson, Lessons, Solve


@dataclass(frozen=True, kw_only=True)
class Truncated(Lessons):
    """A panel too small for the object: FDK of the whole panel and of the small one, and CGLS.

    `share` is how much of the columns is left. Scores are those of the cylinder that the small
    panel sees whole.
    """

    scan: VolumeScan
    share: float = 0.6
    iterations: int = 15

    @property
    def job_title(self) -> str:
        """What people read."""
        return "A panel too small"

    @property
    def parts(self) -> int:
        """FDK twice, and CGLS."""
        return 3

    @property
    def steps(self) -> int:
        """Iterations of all of them."""
        return self.iterations + 3

    @property
    def small(self) -> VolumeScan:
        """The scan with the small panel."""
        detectors = max(2, round(self.share * self.scan.beam.detectors))
        return replace(self.scan, beam=unbounded(self.scan.beam, detectors=detectors))

    def lessons(self, solve: Solve) -> Iterator[Lesson]:
        """Reconstruct."""
        whole, small = self.scan.measurement(), self.small.measurement()
        cgls = CGLS(iterations=self.iterations)
        for title, method, measurement in (
            ("FDK, whole panel", FDK(), whole),
            ("FDK, small panel", FDK(), small),
            (f"CGLS {self.iterations}, small panel", cgls, small),
        ):
            volume = solve(method, measurement)
            seen = self._seen(volume)
            inside, truth = volume[:, seen], measurement.truth[:, seen]
            yield Lesson(
                title=title,
                picture=volume[len(volume) // 2],
                profile=np.asarray(volume[len(volume) // 2, self.scan.size // 2], np.float64),
                snr=snr(inside, truth),
                bias=float(inside.mean() / truth.mean()) - 1,
            )

    def _seen(self, volume: Image) -> NDArray[np.bool_]:
        """The pixels of a slice that the small panel sees in every view."""
        beam = self.small.beam
        assert isinstance(beam, (PointPanel, ParallelBeam3D))
        offsets = np.arange(volume.shape[-1]) - (volume.shape[-1] - 1) / 2
        inside: NDArray[np.bool_] = offsets[:, None] ** 2 + offsets**2 <= beam.field_radius**2
        return inside
