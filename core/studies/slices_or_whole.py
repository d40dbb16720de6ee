"""Why to solve in three dimensions: total variation slice by slice, and of the whole volume."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from core.array_types import Image
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ParallelBeam3D
from core.methods.base import Method
from core.methods.fista import FISTA
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.problem.metrics import snr
from core.problem.noise import GaussianNoise
from core.problem.volume_scan import VolumeScan
from core.problem.volumes import VolumeImage
from core.projection.projector import make_projector
from core.studies.volume_lessons import Lesson, Lessons, Solve, Solver, axis_profile


@dataclass(frozen=True, kw_only=True)
class SlicesOrWhole(Lessons):
    """Total variation slice by slice, in three dimensions, and with interleaved angles.

    Parallel rays, so that the slices could be solved one by one. The noise has the standard
    deviation `noise` × the mean of the data; its weight of the prior is the best of `WEIGHTS` times
    the deviation for each of the three, as judged by the truth.
    """

    image: VolumeImage
    size: int = 48
    slices: int = 16
    views: int = 15
    noise: float = 0.02
    iterations: int = 40

    WEIGHTS: ClassVar[tuple[float, ...]] = (0.25, 0.5, 1.0, 2.0)
    INTERLEAVED: ClassVar[int] = 4

    @property
    def job_title(self) -> str:
        """What people read."""
        return "In slices or as a whole"

    @property
    def parts(self) -> int:
        """Slice by slice, as a whole, as a whole and interleaved."""
        return 3

    @property
    def steps(self) -> int:
        """Iterations of all of them."""
        return len(self.WEIGHTS) * (self.iterations + 1) * (self.slices + 2)

    def scan(self, *, interleaved: bool) -> VolumeScan:
        """The scan, with the same angles in all slices or with others in each of four."""
        beam = replace(
            ParallelBeam3D.sized(self.size),
            rows=self.slices,
            views=EvenViews(angles=self.views),
            interleaved=self.INTERLEAVED if interleaved else 1,
            turned=180 / self.views / self.INTERLEAVED if interleaved else 0.0,
        )
        return VolumeScan(
            image=self.image,
            size=self.size,
            beam=beam,
            finer_grid=True,
            noise=GaussianNoise(level=self.noise),
        )

    def lessons(self, solve: Solve) -> Iterator[Lesson]:
        """Reconstruct."""
        same, other = (self.scan(interleaved=often).measurement() for often in (False, True))
        yield self._best(
            "Slice by slice", same, lambda one, data: self._in_slices(one, data, solve)
        )
        yield self._best("As a whole", same, solve)
        yield self._best("Whole, interleaved", other, solve)

    def _best(self, title: str, measurement: SimulatedMeasurement, solve: Solver) -> Lesson:
        deviation = self.noise * float(np.abs(measurement.clean).mean())
        found = []
        for weight in self.WEIGHTS:
            method = FISTA(
                prior="tv_nonnegative",
                sigma=weight * deviation,
                iterations=self.iterations,
                inner_iterations=5,
                inner_rule="fixed",
            )
            volume = solve(method, measurement)
            found.append((snr(volume, measurement.truth), weight, volume))
        score, weight, volume = max(found, key=lambda one: one[0])
        return Lesson(
            title=title,
            picture=volume[self.slices // 2],
            profile=axis_profile(volume),
            snr=score,
            weight=weight,
        )

    def _in_slices(self, method: Method, measurement: Measurement, solve: Solve) -> Image:
        beam = measurement.operator.beam
        assert isinstance(beam, ParallelBeam3D)
        operator = make_projector(self.size, beam.slice_beams[0], measurement.operator.kernel)
        slices = [
            solve(method, Measurement(operator=operator, data=measurement.data[:, k]))
            for k in range(self.slices)
        ]
        return np.stack(slices)
