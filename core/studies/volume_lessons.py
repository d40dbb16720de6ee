"""What volumes teach: what a circle cannot see, why to solve in three dimensions, truncation."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float32Array, Float64Array, Image
from core.geometry.beams.base import unbounded
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ConeBeam, HelicalBeam, ParallelBeam3D, PointPanel
from core.jobs.job import Report
from core.methods.base import Method
from core.methods.cgls import CGLS
from core.methods.fista import FISTA
from core.methods.volumes.fdk import FDK
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.problem.metrics import snr
from core.problem.noise import GaussianNoise
from core.problem.volume_scan import VolumeScan
from core.problem.volumes import VolumeImage
from core.problem.volumes.defrise import DefriseDisks, disk_heights
from core.projection.projector import make_projector
from core.studies.solving import EndedError, last_image
from core.studies.study import Study

NEAR_AXIS = 0.1
"""Radius about the axis over which the profile is a mean, in halves of the volume's side."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """One reconstruction of a lesson.

    picture : a slice (rows, columns) of the volume.
    profile : the mean near the axis, slice by slice (slices,).
    snr : in dB, over the part of the volume that counts.
    bias : the mean of the volume there over that of the truth, less 1.
    weight : of the prior; 0 without one.
    """

    title: str
    picture: Float32Array
    profile: Float64Array
    snr: float
    bias: float = 0.0
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True)
class _Lessons(Study[tuple[Lesson, ...]]):
    """Reconstructions one after the other, each of which is on the page as soon as it is done."""

    @property
    @abstractmethod
    def parts(self) -> int:
        """How many reconstructions there are."""

    @abstractmethod
    def lessons(self, solve: "Solve") -> Iterator[Lesson]:
        """Reconstruct; `solve` returns the last volume, and ends when it is asked to."""

    @property
    def steps(self) -> int:
        """Iterations of all of them, about."""
        return 20 * self.parts

    def complete(self, result: tuple[Lesson, ...]) -> bool:
        """Whether all are there."""
        return len(result) == self.parts

    def compute(self, report: Report) -> tuple[Lesson, ...]:
        """Reconstruct, reporting each iterate; those done before a stop are returned."""
        done: tuple[Lesson, ...] = ()
        solve = Solve(report=report, steps=self.steps)
        try:
            for lesson in self.lessons(solve):
                done += (lesson,)
                solve.done = done
                if report(solve.step, self.steps, parts=done):
                    break
        except EndedError:
            pass
        return done


@dataclass(kw_only=True)
class Solve:
    """Runs methods and reports their iterates as steps of one task."""

    report: Report
    steps: int
    step: int = 0
    done: tuple[Lesson, ...] = ()

    def __call__(self, method: Method, measurement: Measurement) -> Image:
        """The last volume; raises `EndedError` when an end is asked for."""

        def on_iterate(image: Image) -> bool:
            self.step = min(self.step + 1, self.steps)
            return self.report(self.step, self.steps, parts=self.done)

        return last_image(method, measurement, on_iterate)


Solver = Callable[[Method, SimulatedMeasurement], Image]


@dataclass(frozen=True, kw_only=True)
class Orbits(_Lessons):
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


@dataclass(frozen=True, kw_only=True)
class SlicesOrWhole(_Lessons):
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


@dataclass(frozen=True, kw_only=True)
class Truncated(_Lessons):
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


def axis_profile(volume: Image) -> Float64Array:
    """The mean of a volume near its axis, slice by slice (slices,)."""
    size = volume.shape[-1]
    offsets = (np.arange(size) - (size - 1) / 2) * (2 / size)
    near = offsets[:, None] ** 2 + offsets**2 <= NEAR_AXIS**2
    return np.asarray(volume[:, near].mean(axis=1), np.float64)


def _upright(volume: Image) -> Float32Array:
    """The slice through the axis that one sees from in front, its top on top."""
    front: Float32Array = volume[::-1, volume.shape[1] // 2]
    return np.ascontiguousarray(front)
