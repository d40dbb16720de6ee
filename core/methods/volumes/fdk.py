"""FDK: filtered back-projection of a cone beam, the method of nearly all cone-beam scanners.

    m(x) = Σ_β (R/L)² (h ∗ w cos κ d_β)(s_β(x), v_β(x))

Each row of the panel is filtered as if it were a fan beam of its own, and smeared back along its
tilted rays. It is exact in the plane of the source only; above and below it the circle does not
measure all that an inversion needs.

Source: L. A. Feldkamp, L. C. Davis and J. W. Kress, Practical cone-beam algorithm, J. Opt. Soc. Am.
A 1 (1984) 612-619, DOI 10.1364/JOSAA.1.000612; the weights of a short scan are those of
`view_weights`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Image, Sinogram
from core.errors import InputError
from core.geometry.beams.base import Beam
from core.geometry.volume_beams import ConeBeam, ParallelBeam3D
from core.methods.base import DirectMethod, Hue, Step
from core.methods.support.astra_fbp import FILTERS, LOW_PASS, parallel_fbp
from core.methods.support.cone_fbp import cone_fbp
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class FDK(DirectMethod):
    """FDK with ASTRA's filters; parallel rays are reconstructed slice by slice."""

    name: ClassVar[str] = "fdk"
    title: ClassVar[str] = "FDK"
    idea: ClassVar[str] = "Filter each row of the panel, and smear it back along the cone."
    equation: ClassVar[str] = (
        r"m(x) = \sum_\beta \frac{R^2}{L^2}\, (h * w \cos\kappa\, d_\beta)(s_\beta, v_\beta)"
    )
    source: ClassVar[str] = (
        "L. A. Feldkamp, L. C. Davis and J. W. Kress (1984), doi:10.1364/JOSAA.1.000612"
    )
    strength: ClassVar[str] = "cutoff"
    guarantee: ClassVar[str] = "Exact in the plane of the source, for complete data without noise."
    position: ClassVar[int] = 10
    colour: ClassVar[Hue] = "slate"

    filter: str = param(
        "ram-lak",
        choices=FILTERS,
        symbol="h",
        help="The window on the ramp; the first six let the lowest frequencies pass, and none "
        "leaves the ramp out.",
    )
    cutoff: float = param(
        1.0,
        low=0.05,
        high=1.0,
        unit="of the highest frequency",
        symbol=r"\nu_c",
        help="Frequencies above this fraction of the detectors' highest are set to zero.",
    )
    nonnegative: bool = param(False, help="Set negative voxels to zero.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the FDK of the data; raises `InputError` for an orbit that it does not know."""
        volume = self._volume(operator, data)
        yield Step(image=np.maximum(volume, 0) if self.nonnegative else volume)

    @staticmethod
    def require(beam: Beam) -> None:
        """Raise `InputError` for a scanner that it does not know."""
        if isinstance(beam, ParallelBeam3D):
            return
        if not isinstance(beam, ConeBeam):
            raise InputError(
                f"FDK is for a source on a circle, not on a {beam.name}: its rows are fans in one "
                "plane. Choose the cone, or a method that iterates, such as cgls."
            )
        if beam.panel_offset:
            raise InputError(
                "FDK takes each ray to be measured from both sides, which a panel moved by "
                f"{beam.panel_offset:g} detectors does not do. Centre the panel, or choose a "
                "method that iterates, such as cgls."
            )

    def _volume(self, operator: Projector, data: Sinogram) -> Image:
        beam = operator.beam
        self.require(beam)
        if isinstance(beam, ParallelBeam3D):
            beams = beam.slice_beams
            slices = [
                parallel_fbp(
                    data[:, k],
                    size=operator.size,
                    angles_deg=beams[k % len(beams)].angles_deg,
                    detector_width=beam.detector_width,
                    kernel=operator.kernel,
                    filter=self.filter,
                    cutoff=self.cutoff,
                )
                for k in range(beam.rows)
            ]
            return np.stack(slices)
        assert isinstance(beam, ConeBeam)
        return cone_fbp(
            data,
            size=operator.size,
            beam=beam,
            filter=self.filter,
            cutoff=self.cutoff,
            threads=operator.threads,
        )

    def caution(self) -> str:
        """That the window takes the brightness away, where it does."""
        if self.filter in LOW_PASS:
            return ""
        if self.filter == "none":
            return "Without the ramp it is a blurred back-projection, far brighter than the volume."
        return (
            f"The window {self.filter} stops the lowest frequencies, which hold the brightness of "
            "an image: edges are left, and their values are not those of the volume."
        )
