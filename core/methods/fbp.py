"""Filtered back-projection: undo the blur of back-projection before it happens.

    m = (π / N) Σ_θ (w ∗ d_θ)(x cos θ + y sin θ),    ŵ(ν) = |ν| W(ν)

over N views of 180°; ŵ is the ramp, tapered by a window W against noise.

Source: G. N. Ramachandran and A. V. Lakshminarayanan, Three-dimensional reconstruction from
radiographs and electron micrographs, PNAS 68 (1971) 2236-2240, DOI 10.1073/pnas.68.9.2236.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from core.array_types import Sinogram
from core.geometry.beams import PointSource
from core.methods.base import DirectMethod, Hue, Step
from core.methods.support.astra_fbp import FILTERS, LOW_PASS, parallel_fbp
from core.methods.support.fan_fbp import fan_fbp
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class FBP(DirectMethod):
    """ASTRA's FBP with ASTRA's filters; a fan beam is weighted and back-projected here."""

    name: ClassVar[str] = "fbp"
    title: ClassVar[str] = "Filtered back-projection"
    idea: ClassVar[str] = "Sharpen every view with a ramp filter, then smear it back."
    equation: ClassVar[str] = (
        r"m = \frac{\pi}{N} \sum_j (w * d_j)(x\cos\theta_j + y\sin\theta_j), "
        r"\quad \hat w(\nu) = |\nu|\, W(\nu)"
    )
    source: ClassVar[str] = (
        "G. N. Ramachandran and A. V. Lakshminarayanan, PNAS 68 (1971) 2236-2240, "
        "doi:10.1073/pnas.68.9.2236"
    )
    strength: ClassVar[str] = "cutoff"
    guarantee: ClassVar[str] = (
        "Exact for complete data without noise; linear, so the noise of the data bounds that of"
        " the image."
    )
    position: ClassVar[int] = 20
    colour: ClassVar[Hue] = "slate"

    filter: str = param(
        "ram-lak",
        choices=FILTERS,
        symbol="W",
        help="The window on the ramp. From tukey to kaiser, ASTRA's windows are centred away from "
        "zero and pass a band; those of flat-top and kaiser are negative somewhere: see the "
        "responses.",
    )
    cutoff: float = param(
        1.0,
        low=0.05,
        high=1.0,
        unit="of the highest frequency",
        symbol=r"\nu_c",
        help="Frequencies above this fraction of the detectors' highest are set to zero.",
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the FBP of the data."""
        beam = operator.beam
        if isinstance(beam, PointSource):
            image = fan_fbp(
                data,
                size=operator.size,
                angles_deg=beam.angles_deg,
                beam=beam,
                filter=self.filter,
                cutoff=self.cutoff,
            )
        else:
            image = parallel_fbp(
                data,
                size=operator.size,
                angles_deg=beam.angles_deg,
                detector_width=beam.detector_width,
                kernel=operator.kernel,
                filter=self.filter,
                cutoff=self.cutoff,
            )
        yield Step(image=image)

    def caution(self) -> str:
        """That the window takes the brightness away, where it does."""
        if self.filter in LOW_PASS:
            return ""
        if self.filter == "none":
            return "Without the ramp it is a blurred back-projection, far brighter than the image."
        return (
            f"The window {self.filter} stops the lowest frequencies, which hold the brightness of "
            "an image: edges are left, and their values are not those of the image."
        )
