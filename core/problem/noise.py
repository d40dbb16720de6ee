"""The noise `n` in `d = Gm + n`: seeded, so that a picture can be made again."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy.special
from numpy.typing import NDArray

from core.problem.errors import require_choice, require_number

LARGEST_ATTENUATION = 4.0
"""Photon counts are drawn as if the thickest ray of the clean data attenuated by this much."""
LONGEST_SEARCH = 20


@dataclass(frozen=True, kw_only=True)
class Noise:
    """The kind of noise, its level and its seed.

    - `none`: the clean data; `level` plays no part.
    - `gaussian`: white, with a standard deviation of `level` × the mean of |d|.
    - `poisson`: photon counting with `level` photons I₀ per ray. The clean data are scaled by
      s so that the largest is `LARGEST_ATTENUATION`; I ~ Poisson(I₀ exp(−s d)), at least one
      photon; −log(I/I₀)/s comes back, in the units of d.
    """

    kind: str = "none"
    level: float = 0.0
    seed: int = 0

    kinds: ClassVar[tuple[str, ...]] = ("none", "gaussian", "poisson")

    def __post_init__(self) -> None:
        require_choice("Noise", self.kind, self.kinds)
        require_number("Seed", self.seed, low=0, high=2**32 - 1, whole=True)
        if self.kind == "gaussian":
            require_number("Noise level", self.level, low=0, high=1)
        elif self.kind == "poisson":
            require_number("Photons per ray", self.level, low=1, high=1e9)
        elif self.level != 0:
            # One clean scan must have one key.
            object.__setattr__(self, "level", 0.0)

    def standard_deviation(self, clean: NDArray[np.float32]) -> float:
        """Standard deviation of the Gaussian noise for these clean data, in their units."""
        return self.level * float(np.mean(np.abs(clean), dtype=np.float64))

    def attenuation_scale(self, clean: NDArray[np.float32]) -> float:
        """The factor s of the photon model for these clean data."""
        largest = float(clean.max(initial=0))
        return LARGEST_ATTENUATION / largest if largest > 0 else 1.0

    def deviation(self, clean: NDArray[np.float32]) -> NDArray[np.float64]:
        """Standard deviation that the model gives each datum, in the shape and units of `clean`.

        For photons to first order: I has the variance I₀ exp(−s d), so −log(I/I₀)/s has the
        standard deviation 1/(s √(I₀ exp(−s d))).
        """
        if self.kind == "poisson":
            scale = self.attenuation_scale(clean)
            rise = np.exp(0.5 * scale * clean.astype(np.float64))
            return np.asarray(rise / (scale * np.sqrt(self.level)), np.float64)
        return np.full(clean.shape, self.standard_deviation(clean))

    def apply(self, clean: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return noisy data of the shape of `clean`, float32; `clean` is left as it is."""
        random = np.random.Generator(np.random.PCG64(self.seed))
        if self.kind == "gaussian":
            noise = random.standard_normal(clean.shape)
            return (clean + self.standard_deviation(clean) * noise).astype(np.float32)
        if self.kind == "poisson":
            scale = self.attenuation_scale(clean)
            rate = self.level * np.exp(-scale * clean.astype(np.float64))
            counts = poisson_counts(rate, random.random(clean.shape))
            return (-np.log(np.maximum(counts, 1) / self.level) / scale).astype(np.float32)
        return clean.copy()


def poisson_counts(rate: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Poisson counts by inversion: the least k whose distribution function reaches `uniform`.

    The same as `scipy.stats.poisson.ppf(uniform, rate)`, some ten times faster. One number of
    the generator goes into each count, so that projectors which differ in the last digits give
    the same noise up to single photons; NumPy's sampler rejects, and would go out of step.
    """
    uniform = np.maximum(uniform, 2.0**-54)
    normal = scipy.special.ndtri(uniform)
    # Cornish and Fisher's expansion is off by a photon, and by a few at the smallest rates. At
    # the largest the distribution function's own rounding errors could send the search round
    # in a circle; a photon more or less is nothing there.
    count = np.maximum(np.rint(rate + np.sqrt(rate) * normal + (normal**2 - 1) / 6), 0)
    for _ in range(LONGEST_SEARCH):
        low = scipy.special.pdtr(count, rate) < uniform
        high = (count > 0) & (scipy.special.pdtr(count - 1, rate) >= uniform)
        if not (low | high).any():
            break
        count = count + low - high
    return np.asarray(count)
