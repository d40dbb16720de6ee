"""Data with the operator that explains them, and where they come from: simulated or measured."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.array_types import Float64Array, Image, Sinogram
from core.problem import metrics
from core.projection.projector import Projector

if TYPE_CHECKING:
    from core.geometry.beams import Beam
    from core.problem.scan import Scan


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Data and the operator that explains them.

    `data` is a sinogram (views, detectors), float32 and read-only. The true image is unknown
    unless it is a `SimulatedMeasurement`.
    """

    operator: Projector
    data: Sinogram


@dataclass(frozen=True, kw_only=True)
class SimulatedMeasurement(Measurement):
    """A measurement whose true image is known.

    `clean` is the sinogram (views, detectors) without noise, but with all else that is wrong with
    the scanner; `truth` is the image (size, size); both are float32 and read-only. `scan` is what
    was simulated, and `rays` what reached its detectors (views, detectors), to which the noise was
    added; both None for data that others simulated. `attenuation` is that of one unit of the
    data where photons are counted; None for the scale that the noise takes by itself.
    """

    clean: Sinogram
    truth: Image
    scan: "Scan | None" = None
    rays: Sinogram | None = None
    attenuation: float | None = None

    @property
    def deviation(self) -> Float64Array | None:
        """Standard deviation of the noise of each datum, 0 where the detectors leave none of it.

        None for data that others simulated, whose noise nobody has described.
        """
        if self.scan is None or self.rays is None:
            return None
        return self.scan.deviation(self.rays, self.attenuation)


class Source(Protocol):
    """Where data come from: a `Scan` to simulate, or a sinogram that was measured.

    A source is a frozen dataclass that can be hashed and pickled.
    """

    @property
    def key(self) -> str:
        """The content key of everything that defines the data."""
        ...

    @property
    def label(self) -> str:
        """What people read."""
        ...

    @property
    def size(self) -> int:
        """Side of the image in pixels."""
        ...

    @property
    def beam(self) -> "Beam":
        """The beam, with its views."""
        ...

    @property
    def kernel(self) -> str:
        """The kernel of the projector."""
        ...

    def operator(self) -> Projector:
        """The projector G."""
        ...

    def measurement(self) -> Measurement:
        """The data, with their operator; a `SimulatedMeasurement` where the truth is known."""
        ...

    def __hash__(self) -> int: ...


def distance_to_truth(
    image: Image, measurement: Measurement, *, decibels: bool = True, ssim: bool = True
) -> dict[str, float]:
    """SNR and PSNR in dB and SSIM of an image (size, size); nothing where the truth is unknown.

    PSNR and SSIM are several times as slow as SNR, so `decibels` and `ssim` leave out what is not
    needed.
    """
    measured: dict[str, float] = {}
    if isinstance(measurement, SimulatedMeasurement):
        truth = measurement.truth
        if decibels:
            measured |= {"snr": metrics.snr(image, truth), "psnr": metrics.psnr(image, truth)}
        if ssim:
            measured["ssim"] = metrics.ssim(image, truth)
    return measured
