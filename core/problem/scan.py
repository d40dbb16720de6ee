"""The scan: everything that defines simulated data, and the measurement that it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from core.array_types import Float64Array, Sinogram
from core.description import Described, part, several
from core.errors import InputError, require_choice
from core.geometry.beams import BEAMS, Beam, ParallelBeam
from core.keys import content_key
from core.parameter import Parameter
from core.parameters import param
from core.problem.images import IMAGES, ImageSource
from core.problem.imperfections import IMPERFECTIONS, DetectorImperfection, Imperfection
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import NOISES, Noise, NoNoise
from core.problem.simulation import Exposure, expose
from core.problem.stored import default_image
from core.projection.projector import Projector, make_projector

SIZES = (64, 96, 128, 160, 192, 224, 256, 288, 320, 384, 448, 512)


def _square(size: float) -> str:
    return f"{size:g} × {size:g}"


@dataclass(frozen=True, kw_only=True)
class Scan(Described):
    """An image, its working size, the beam, the kernel of the projector, noise, imperfections.

    The defaults are the lecture's scan. `size` is the side of the image in pixels. Only the
    imperfections that are on are kept, in the order in which they act.
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
    finer_grid: bool = param(
        False,
        later=True,
        place="more",
        title="Simulate on a finer grid",
        help=(
            "The data are made of an image of twice as many pixels on a side, with two detectors "
            "for each one, and then binned. Without it the data come from the very matrix that "
            "inverts them: an inverse crime, which flatters every method."
        ),
    )
    noise: Noise = part(NOISES, NoNoise)
    imperfections: tuple[Imperfection, ...] = several(IMPERFECTIONS)

    def __post_init__(self) -> None:
        super().__post_init__()
        on = sorted((one for one in self.imperfections if one.active), key=lambda one: one.order)
        if len({one.name for one in on}) < len(on):
            raise InputError("A scan has each imperfection once at most.")
        object.__setattr__(self, "imperfections", tuple(on))
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

    @property
    def exact(self) -> bool:
        """Whether the data are Gm + n, with the very matrix that is to invert them."""
        return not self.finer_grid and not self.imperfections

    def expose(self) -> Exposure:
        """Send the rays through the image: all that comes before the noise."""
        return expose(
            image=self.image,
            size=self.size,
            beam=self.beam,
            kernel=self.kernel,
            finer=self.finer_grid,
            imperfections=self.imperfections,
        )

    def record(self, rays: Sinogram, attenuation: float) -> tuple[Sinogram, Sinogram]:
        """The data with noise and without it, of the rays (views, detectors) of an exposure."""
        clean, data = rays, self.noise.apply(rays, attenuation)
        for one in self.imperfections:
            if isinstance(one, DetectorImperfection):
                clean, data = one.apply(clean, attenuation), one.apply(data, attenuation)
        return data, clean

    def deviation(self, rays: Sinogram, attenuation: float | None = None) -> Float64Array:
        """Standard deviation (views, detectors) of the noise that `record` leaves in the data."""
        deviation = self.noise.deviation(rays, attenuation)
        for one in self.imperfections:
            if isinstance(one, DetectorImperfection):
                deviation = one.deviation(deviation)
        return deviation

    def simulate(self) -> SimulatedMeasurement:
        """Scan the image: d = Gm + n."""
        exposure = self.expose()
        data, clean = self.record(exposure.rays, exposure.attenuation)
        for array in (exposure.truth, exposure.rays, clean, data):
            array.setflags(write=False)
        return SimulatedMeasurement(
            operator=self.operator(),
            data=data,
            clean=clean,
            rays=exposure.rays,
            truth=exposure.truth,
            scan=self,
            attenuation=exposure.attenuation,
        )
