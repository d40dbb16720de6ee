"""Measurements, made once for screens, jobs and the command line alike.

The operator stays in the projector's own cache, which knows its size; here are the arrays.
"""

from typing import Any, overload

from core.array_types import Sinogram
from core.problem.imperfections import BeamImperfection
from core.problem.measured.source import STAGES
from core.problem.measurement import Measurement, SimulatedMeasurement, Source
from core.problem.scan import Scan
from core.problem.simulation import Exposure
from core.problem.uploads import uploads_in
from core.storage.lru_cache import SizedLRU

EXPOSURES: SizedLRU[Exposure] = SizedLRU(
    48e6, lambda exposure: exposure.truth.nbytes + exposure.rays.nbytes, together=True
)
"""What reaches the detectors: noise and detectors change more often than the rays."""

RECORDINGS: SizedLRU[tuple[Sinogram, Sinogram]] = SizedLRU(
    48e6, lambda recording: sum(array.nbytes for array in recording), together=True
)
"""Data with noise and without."""


def _nbytes(measurement: Measurement) -> int:
    held = measurement.operator.nbytes + measurement.data.nbytes
    if isinstance(measurement, SimulatedMeasurement):
        held += measurement.clean.nbytes + measurement.truth.nbytes
    return held


MEASURED: SizedLRU[Measurement] = SizedLRU(128e6, _nbytes, together=True)
"""Sinograms that were measured, prepared, and scans of volumes, with their operators."""


@overload
def measurement_of(source: Scan) -> SimulatedMeasurement: ...
@overload
def measurement_of(source: Source) -> Measurement: ...
def measurement_of(source: Source) -> Measurement:
    """The measurement of a source, remembered in memory within a bound; its arrays are shared."""
    if not isinstance(source, Scan):
        return MEASURED.get(source, source.measurement)
    exposure = EXPOSURES.get(_before_noise(source), lambda: _sealed(source.expose()))
    data, clean = RECORDINGS.get(source, lambda: _recorded(source, exposure))
    return SimulatedMeasurement(
        operator=source.operator(),
        data=data,
        clean=clean,
        rays=exposure.rays,
        truth=exposure.truth,
        scan=source,
        attenuation=exposure.attenuation,
    )


def is_remembered(source: Source) -> bool:
    """Whether nothing need be computed for the measurement of a source."""
    if not isinstance(source, Scan):
        return MEASURED.find(source) is not None
    return EXPOSURES.find(_before_noise(source)) is not None and RECORDINGS.find(source) is not None


def forget_uploads(digests: frozenset[str]) -> None:
    """Forget the measurements of these visitors' images and sinograms."""
    for memory in (EXPOSURES, RECORDINGS, MEASURED, STAGES):
        memory.forget(lambda key, _: bool(uploads_in(key) & digests))


def _before_noise(scan: Scan) -> tuple[Any, ...]:
    """All of a scan that its exposure depends on."""
    before = tuple(one for one in scan.imperfections if isinstance(one, BeamImperfection))
    return scan.image, scan.size, scan.beam, scan.kernel, scan.finer_grid, before


def _sealed(exposure: Exposure) -> Exposure:
    for array in (exposure.truth, exposure.rays):
        array.setflags(write=False)
    return exposure


def _recorded(scan: Scan, exposure: Exposure) -> tuple[Sinogram, Sinogram]:
    data, clean = scan.record(exposure.rays, exposure.attenuation)
    data.setflags(write=False)
    return data, clean
