"""The scan: everything that defines the data, and the measurement that it gives."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.problem.errors import require_choice, require_number
from core.problem.geometry import Beam, ParallelBeam, check_fits
from core.problem.images import ImageSource, StoredImage
from core.problem.keys import content_key
from core.problem.noise import Noise
from core.problem.projector import Projector, make_projector

SIZE_RANGE = (64, 512)


@dataclass(frozen=True, kw_only=True)
class Scan:
    """An image, its working size, the beam, the projector and the noise.

    The defaults are the lecture's scan. `size` is the side of the image in pixels.
    """

    image: ImageSource = field(default_factory=StoredImage)
    size: int = 320
    beam: Beam = field(default_factory=ParallelBeam)
    projector: str = "strip"
    noise: Noise = field(default_factory=Noise)

    def __post_init__(self) -> None:
        low, high = SIZE_RANGE
        require_number("Image size", self.size, low=low, high=high, unit="pixels", whole=True)
        require_choice("Projector", self.projector, self.beam.projectors)
        check_fits(self.size, self.beam)

    @cached_property
    def key(self) -> str:
        """The sha256 of the canonical JSON of everything that defines the data."""
        return content_key(self)

    def operator(self) -> Projector:
        """The projector G of this scan."""
        return make_projector(self.size, self.beam, self.projector)

    def simulate(self) -> "Measurement":
        """Scan the image: d = Gm + n."""
        operator = self.operator()
        truth = self.image.read(self.size)
        clean = operator.project(truth)
        data = self.noise.apply(clean)
        for array in (truth, clean, data):
            array.setflags(write=False)
        return Measurement(operator=operator, data=data, clean=clean, truth=truth, scan=self)


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Data and the operator that explains them.

    `data` and `clean` are sinograms (angles, detectors), `truth` an image (size, size), all
    float32 and read-only. A measured sinogram has neither `clean`, `truth` nor `scan`.
    """

    operator: Projector
    data: NDArray[np.float32]
    clean: NDArray[np.float32] | None = None
    truth: NDArray[np.float32] | None = None
    scan: Scan | None = None
