"""Counting photons: the scale of the attenuation, and counts that go in step."""

from abc import ABC
from dataclasses import dataclass

import numpy as np
import scipy.special

from core.array_types import Float64Array, Sinogram
from core.number_format import count
from core.parameters import param
from core.problem.noise.base import SeededNoise

LONGEST_SEARCH = 20
STOPS = tuple(m * 10.0**power for power in range(2, 7) for m in (1, 2, 5))


def poisson_counts(rate: Float64Array, uniform: Float64Array) -> Float64Array:
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


@dataclass(frozen=True, kw_only=True)
class PhotonNoise(SeededNoise, ABC):
    """A model in which photons are counted: `photons` I₀ are sent along each ray."""

    photons: float = param(
        10_000.0,
        low=1.0,
        high=1e9,
        title="Photons per ray",
        label="Photons per ray",
        stops=STOPS,
        show=count,
        aliases=("photons",),
        phrase="[{}] photons per ray",
        help="Photons sent along each ray: the fewer, the lower the dose and the noisier the data.",
    )

    def rate(self, clean: Sinogram, scale: float) -> Float64Array:
        """The photons expected of each ray, I₀ exp(−s d), in the shape of `clean`."""
        return np.asarray(self.photons * np.exp(-scale * clean.astype(np.float64)))

    def figures(self, clean: Sinogram) -> dict[str, str]:
        """The number of photons, written for people."""
        return {"photons": count(self.photons)}
