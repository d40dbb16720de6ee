"""Photon counting: I_i ~ Poisson(I₀ exp(−s (Gm)_i)), d_i = −log(I_i / I₀) / s."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Sinogram
from core.number_format import count
from core.problem.noise._photons import PhotonNoise, poisson_counts
from core.problem.noise.base import LARGEST_ATTENUATION, attenuation_scale

__all__ = ["LARGEST_ATTENUATION", "PoissonNoise"]


@final
@dataclass(frozen=True, kw_only=True)
class PoissonNoise(PhotonNoise):
    """Photon counting with `photons` I₀ per ray.

    The clean data are scaled by s so that the largest is `LARGEST_ATTENUATION`;
    I ~ Poisson(I₀ exp(−s d)), at least one photon; −log(I/I₀)/s comes back, in the units of d.
    """

    name: ClassVar[str] = "poisson"
    title: ClassVar[str] = "Poisson"
    order: ClassVar[int] = 2
    kind: ClassVar[str] = "photon noise"
    lesson: ClassVar[str] = """\
X-rays arrive as **single photons**. Of $I_0$ = {photons} photons sent along a ray,
$I_0 e^{{-s (Gm)_i}}$ come out on average, and their number obeys Poisson's law; the logarithm
turns the count back into $d_i$. Few photons come through where the object is thick: there the
noise is largest. (s scales the thickest ray to an attenuation of 4.)"""
    equations: ClassVar[tuple[str, ...]] = (
        "I_i \\sim \\mathrm{{Poisson}}\\bigl(I_0\\,e^{{-s (Gm)_i}}\\bigr)",
        "d_i = -\\frac1s\\,\\ln\\frac{{I_i}}{{I_0}}",
        "\\sigma_i \\approx \\frac{{1}}{{s\\sqrt{{I_0\\,e^{{-s (Gm)_i}}}}}}",
    )
    script: ClassVar[str] = """\
random = np.random.Generator(np.random.PCG64(NOISE_SEED))
rate = NOISE_PHOTONS * np.exp(-scale * clean.astype(float))
counts = scipy.stats.poisson.ppf(random.random(clean.shape), rate)
data = -np.log(np.maximum(counts, 1) / NOISE_PHOTONS) / scale
"""

    @property
    def phrase(self) -> str:
        """The model and its level in a few words."""
        return f"photon counting, {count(self.photons)} photons per ray"

    def deviation(self, clean: Sinogram, scale: float | None = None) -> Float64Array:
        """Standard deviation of each datum to first order, in the shape and units of `clean`.

        I has the variance I₀ exp(−s d), so −log(I/I₀)/s has the standard deviation
        1/(s √(I₀ exp(−s d))).
        """
        scale = scale or attenuation_scale(clean)
        rise = np.exp(0.5 * scale * clean.astype(np.float64))
        return np.asarray(rise / (scale * np.sqrt(self.photons)), np.float64)

    def apply(self, clean: Sinogram, scale: float | None = None) -> Sinogram:
        """Return noisy data of the shape of `clean`, float32; `clean` is left as it is."""
        scale = scale or attenuation_scale(clean)
        rate = self.rate(clean, scale)
        counts = poisson_counts(rate, self.random().random(clean.shape))
        return (-np.log(np.maximum(counts, 1) / self.photons) / scale).astype(np.float32)
