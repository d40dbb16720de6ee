"""Counting photons: the scale of the attenuation, and counts that go in step."""

import numpy as np
import scipy.special
from numpy.typing import NDArray

LARGEST_ATTENUATION = 4.0
"""Photon counts are drawn as if the thickest ray of the clean data attenuated by this much."""
LONGEST_SEARCH = 20


def attenuation_scale(clean: NDArray[np.float32]) -> float:
    """The factor s that brings the largest of these clean data to `LARGEST_ATTENUATION`."""
    largest = float(clean.max(initial=0))
    return LARGEST_ATTENUATION / largest if largest > 0 else 1.0


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
