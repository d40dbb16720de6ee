"""Photon counts with electronic noise: I_i ~ Poisson(I₀ exp(−s (Gm)_i)) + N(0, σₑ²).

Source: J. Ma, Z. Liang, Y. Fan, Y. Liu, J. Huang, W. Chen and H. Lu, Variance analysis of x-ray
CT sinograms in the presence of electronic noise background, Med. Phys. 39 (2012) 4051-4065.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Sinogram
from core.number_format import count, significant
from core.parameters import param
from core.problem.noise._photons import PhotonNoise, poisson_counts
from core.problem.noise.base import attenuation_scale

LEAST_COUNT = 1.0
"""Smaller readings, negative ones among them, are raised to this before the logarithm."""

STOPS = tuple(float(m * 10**power) for power in range(4) for m in (1, 2, 5))


@final
@dataclass(frozen=True, kw_only=True)
class ElectronicNoise(PhotonNoise):
    """Photon counting read by electronics that add white noise of `electrons` photons.

    I ~ Poisson(I₀ exp(−s d)) + N(0, σₑ²), at least `LEAST_COUNT`; −log(I/I₀)/s comes back, in the
    units of d. The photons are those that `PoissonNoise` draws with the same seed.
    """

    name: ClassVar[str] = "electronic"
    title: ClassVar[str] = "Photons + electronics"
    order: ClassVar[int] = 3
    kind: ClassVar[str] = "photon counts with electronic noise"
    lesson: ClassVar[str] = """\
Of $I_0$ = {photons} photons sent along a ray, $I_0 e^{{-s (Gm)_i}}$ arrive on average, and the
**electronics** that count them add an error of their own, the same for every ray: here
$\\sigma_e$ = {electrons} photons. Where much light arrives, the photons' own noise
is the larger part; where the object is thick, the electronics drown what is left. Readings below
1 are raised to 1: a logarithm needs something to count. (s scales the thickest ray to an
attenuation of 4.)"""
    equations: ClassVar[tuple[str, ...]] = (
        "I_i \\sim \\mathrm{{Poisson}}\\bigl(I_0\\,e^{{-s (Gm)_i}}\\bigr) "
        "+ \\mathcal N(0, \\sigma_e^2)",
        "d_i = -\\frac1s\\,\\ln\\frac{{\\max(I_i, 1)}}{{I_0}}",
        "\\sigma_i \\approx "
        "\\frac{{\\sqrt{{I_0\\,e^{{-s (Gm)_i}} + \\sigma_e^2}}}}{{s\\,I_0\\,e^{{-s (Gm)_i}}}}",
    )
    script: ClassVar[str] = """\
random = np.random.Generator(np.random.PCG64(NOISE_SEED))
rate = NOISE_PHOTONS * np.exp(-scale * clean.astype(float))
counts = scipy.stats.poisson.ppf(random.random(clean.shape), rate)
counts = counts + NOISE_ELECTRONS * random.standard_normal(clean.shape)
data = -np.log(np.maximum(counts, 1) / NOISE_PHOTONS) / scale
"""

    electrons: float = param(
        20.0,
        low=0.0,
        high=1e6,
        title="Electronic noise",
        label="Electronic noise (photons)",
        unit="photons",
        stops=(0.0, *STOPS),
        show=significant,
        help="Standard deviation that the electronics add to each count, in photons.",
    )

    @property
    def phrase(self) -> str:
        """The model and its level in a few words."""
        return (
            f"photon counting, {count(self.photons)} photons per ray, and electronics of "
            f"{significant(self.electrons)} photons"
        )

    def deviation(self, clean: Sinogram, scale: float | None = None) -> Float64Array:
        """Standard deviation of each datum to first order, in the shape and units of `clean`.

        I has the variance I₀ exp(−s d) + σₑ², and −log(I/I₀)/s the slope −1/(s I).
        """
        scale = scale or attenuation_scale(clean)
        rate = self.rate(clean, scale)
        return np.asarray(np.sqrt(rate + self.electrons**2) / (scale * rate), np.float64)

    def apply(self, clean: Sinogram, scale: float | None = None) -> Sinogram:
        """Return noisy data of the shape of `clean`, float32; `clean` is left as it is."""
        scale, random = scale or attenuation_scale(clean), self.random()
        counts = poisson_counts(self.rate(clean, scale), random.random(clean.shape))
        counts = counts + self.electrons * random.standard_normal(clean.shape)
        attenuation = -np.log(np.maximum(counts, LEAST_COUNT) / self.photons)
        return (attenuation / scale).astype(np.float32)

    def figures(self, clean: Sinogram) -> dict[str, str]:
        """The number of photons and the electronics' part, written for people."""
        return {**super().figures(clean), "electrons": f"{significant(self.electrons)}"}
