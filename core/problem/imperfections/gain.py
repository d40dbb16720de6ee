"""Wrong detector gains: I_ij = g_j I⁰_ij, so each column of the data is off by −ln(g_j)/s.

The cure suppresses, in the wavelet details across the detectors, what hardly changes from view to
view: B. Münch, P. Trtik, F. Marone and M. Stampanoni, Stripe and ring artifact removal with
combined wavelet-Fourier filtering, Opt. Express 17 (2009) 8567-8591, DOI 10.1364/OE.17.008567.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Image, Sinogram
from core.geometry.beams import Beam
from core.parameter import Value
from core.parameters import param
from core.problem import metrics
from core.problem.imperfections.base import Cure, DetectorImperfection, Recorded
from core.problem.noise.base import LARGEST_SEED
from core.problem.preparation.rings import remove_rings

LEAST_GAIN = 0.05
LEVELS = 2
"""Of the wavelets: gains differ from detector to detector, so their stripes are narrow."""
STOPS = (0.0, *(percent / 100 for percent in (0.2, 0.5, 1, 2, 3, 5, 7, 10, 15, 20)))


@final
@dataclass(frozen=True, kw_only=True)
class WrongGain(DetectorImperfection):
    """Detectors whose gains are off by `error`, a standard deviation; each by its own amount."""

    name: ClassVar[str] = "gain"
    title: ClassVar[str] = "Wrong detector gains"
    order: ClassVar[int] = 40
    switches: ClassVar[tuple[str, ...]] = ("error",)
    cause: ClassVar[str] = (
        "Each detector multiplies its counts by a gain of its own, which the flat field has "
        "missed. The logarithm makes of it the same error in every view: **stripes along the "
        "views**."
    )
    artefact: ClassVar[str] = (
        "A detector sees the rays at one distance from the axis. Its error is smeared along all of "
        "them and adds up on the circle that they touch: over 180° half rings, over 360° full "
        "**rings about the axis**, the stronger the nearer to it."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "I_{ij} = g_j\\,I^0_{ij}",
        "d_{ij} = d^0_{ij} - \\tfrac1s \\ln g_j",
    )
    source: ClassVar[str] = (
        "F. E. Boas and D. Fleischmann, CT artifacts: causes and reduction techniques, Imaging "
        "Med. 4 (2012) 229–240, doi:10.2217/iim.12.13"
    )
    typical: ClassVar[Mapping[str, Value]] = {"error": 0.05}
    script: ClassVar[str] = f"""\
random = np.random.Generator(np.random.PCG64(GAIN_SEED))
gain = np.maximum(1 + GAIN_ERROR * random.standard_normal(DETECTORS), {LEAST_GAIN})
data = data - np.log(gain) / scale
"""
    merit: ClassVar[str] = "ring energy"
    unit: ClassVar[str] = ""
    rising: ClassVar[bool] = False
    judged_on: ClassVar[str] = (
        "the means over circles about the centre, less their running median (root mean square)"
    )

    error: float = param(
        0.0,
        low=0.0,
        high=0.2,
        title="Gain error",
        label="Gain error of the detectors",
        stops=STOPS,
        show=lambda share: f"{100 * share:g} %",
        help="Standard deviation of the detectors' gains about 1, 0 for a perfect detector.",
    )
    seed: int = param(
        0,
        low=0,
        high=LARGEST_SEED,
        title="Seed of the gains",
        label="Seed of the gains",
        typed=True,
        help="Another number draws other gains; the same number, the same ones.",
    )

    def gains(self, detectors: int) -> Float64Array:
        """The gain of each detector (detectors,)."""
        random = np.random.Generator(np.random.PCG64(self.seed))
        return np.maximum(1 + self.error * random.standard_normal(detectors), LEAST_GAIN)

    def apply(self, data: Sinogram, attenuation: float) -> Sinogram:
        """Return the data with an error that is the same in every view."""
        offset = np.log(self.gains(data.shape[1])) / attenuation
        return (data - offset).astype(np.float32)

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The removal of stripes."""
        return (
            Cure(
                name="destripe",
                title="Stripe removal",
                text="In the wavelet details across the detectors, a Fourier transform along the "
                "views keeps what changes from view to view and damps what does not.",
                apply=_destriped,
                source="B. Münch et al., Opt. Express 17 (2009) 8567–8591, "
                "doi:10.1364/OE.17.008567",
            ),
        )

    def score(self, image: Image, truth: Image, beam: Beam) -> float:
        """The ring energy of an image (size, size)."""
        return metrics.ring_energy(image)


def _destriped(recorded: Recorded) -> Sinogram:
    return remove_rings(recorded.data, levels=LEVELS)
