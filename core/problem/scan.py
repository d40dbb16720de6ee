"""The scan: everything that defines simulated data, and the measurement that it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from core.description import Described, part
from core.errors import require_choice
from core.geometry.beams import BEAMS, Beam, ParallelBeam
from core.keys import content_key
from core.parameters import Parameter, param
from core.problem.images import IMAGES, ImageSource
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import NOISES, Noise, NoNoise
from core.problem.stored import default_image
from core.projection.projector import Projector, make_projector

SIZES = (64, 96, 128, 160, 192, 224, 256, 288, 320, 384, 448, 512)


def _square(size: float) -> str:
    return f"{size:g} × {size:g}"


@dataclass(frozen=True, kw_only=True)
class Scan(Described):
    """An image, its working size, the beam, the kernel of the projector, and the noise.

    The defaults are the lecture's scan. `size` is the side of the image in pixels.
    """

    image: ImageSource = part(IMAGES, default_image)
    size: int = param(
        320,
        low=SIZES[0],
        high=SIZES[-1],
        unit="pixels",
        title="Image size",
        label="Size (pixels)",
        stops=SIZES,
        show=_square,
        phrase="[{}] pixels across",
        help="Side of the image in pixels: the scan has size² unknowns.",
    )
    beam: Beam = part(BEAMS, ParallelBeam)
    kernel: str = param(
        "strip",
        choices=ParallelBeam.kernels,
        place="more",
        aliases=("projector",),
        help=(
            "How an entry of G is computed. strip: the area of the pixel within the ray's strip; "
            "line: the length of the ray within the pixel; linear: interpolation along the ray."
        ),
    )
    noise: Noise = part(NOISES, NoNoise)

    def __post_init__(self) -> None:
        super().__post_init__()
        require_choice("Kernel", self.kernel, self.beam.kernels)
        self.beam.check_fits(self.size)

    @classmethod
    def refined(cls, parameter: Parameter, answers: Mapping[str, Any]) -> Parameter:
        """The kernels that the chosen beam has."""
        if parameter.name == "kernel" and "beam" in answers:
            return replace(parameter, choices=BEAMS.member(answers["beam"]).kernels)
        return parameter

    @cached_property
    def key(self) -> str:
        """The sha256 of the canonical JSON of everything that defines the data."""
        return content_key(self)

    def operator(self) -> Projector:
        """The projector G of this scan."""
        return make_projector(self.size, self.beam, self.kernel)

    @property
    def label(self) -> str:
        """What people read."""
        return self.image.label

    def measurement(self) -> SimulatedMeasurement:
        """The simulated data, as any `Source` has them."""
        return self.simulate()

    def simulate(self) -> SimulatedMeasurement:
        """Scan the image: d = Gm + n."""
        operator = self.operator()
        truth = self.image.read(self.size)
        clean = operator.project(truth)
        data = self.noise.apply(clean)
        for array in (truth, clean, data):
            array.setflags(write=False)
        return SimulatedMeasurement(
            operator=operator, data=data, clean=clean, truth=truth, scan=self
        )
