"""White Gaussian noise: n_i ~ N(0, σ²), σ a share of the mean of |Gm|."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Sinogram
from core.number_format import scientific
from core.parameters import param
from core.problem.noise.base import SeededNoise, mean_size

STOPS = tuple(percent / 100 for percent in (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20))


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


@final
@dataclass(frozen=True, kw_only=True)
class GaussianNoise(SeededNoise):
    """White noise with a standard deviation of `level` × the mean of |Gm|."""

    name: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian"
    order: ClassVar[int] = 1
    kind: ClassVar[str] = "Gaussian noise"
    lesson: ClassVar[str] = """\
Electronics add **white Gaussian noise**: every datum gets an error of its own, all from one
bell curve with the standard deviation σ. Here σ = {level} of the mean of |d|. For just this
noise least squares, min ‖Gm − d‖², gives the maximum-likelihood estimate."""
    equations: ClassVar[tuple[str, ...]] = (
        "n_i \\sim \\mathcal N(0, \\sigma^2)",
        "\\sigma = {sigma}",
    )
    script: ClassVar[str] = """\
random = np.random.Generator(np.random.PCG64(NOISE_SEED))
data = clean + NOISE_LEVEL * np.abs(clean).mean() * random.standard_normal(clean.shape)
"""

    level: float = param(
        0.01,
        low=0.0,
        high=1.0,
        title="Noise level",
        stops=STOPS,
        show=_percent,
        phrase="[{} %] noise",
        scale=100.0,
        aliases=("level",),
        help="Standard deviation of the noise, as a share of the mean of |d|.",
    )

    @property
    def phrase(self) -> str:
        """The model and its level in a few words."""
        return f"white, Gaussian, {_percent(self.level)} of the mean of $\\lvert d\\rvert$"

    def standard_deviation(self, clean: Sinogram) -> float:
        """Standard deviation of the noise for these clean data, in their units."""
        return self.level * mean_size(clean)

    def deviation(self, clean: Sinogram, scale: float | None = None) -> Float64Array:
        """The same standard deviation for every datum, in the shape and units of `clean`."""
        return np.full(clean.shape, self.standard_deviation(clean))

    def apply(self, clean: Sinogram, scale: float | None = None) -> Sinogram:
        """Return noisy data of the shape of `clean`, float32; `clean` is left as it is."""
        noise = self.random().standard_normal(clean.shape)
        return (clean + self.standard_deviation(clean) * noise).astype(np.float32)

    def figures(self, clean: Sinogram) -> dict[str, str]:
        """Level and standard deviation, written for people."""
        return {
            "level": _percent(self.level),
            "sigma": scientific(self.standard_deviation(clean)),
        }
