"""Whether the spread of samples is as wide as their error: measures that need the truth.

Of n samples (n, size, size), each pixel has a mean m̄ and a standard deviation σ̂. Were the truth and
the samples draws of one distribution, the error of m̄ would be σ̂√(1 + 1/n) in the mean square
(Fortin), and the truth would lie within

    m̄ ± t·σ̂√(1 + 1/n),    t the quantile of Student's distribution with n − 1 degrees of freedom,

as often as the level of the interval says (for a Gaussian). This *coverage* is a mean over pixels,
of which neighbours depend on each other: it says nothing of any single pixel.

A factor α on σ̂ that was found on other images corrects the width: here the quantile of their scores
|m − m̄|/(tσ̂√(1 + 1/n)), all pixels together. Conformal risk control promises that the share of the
pixels of a new image that are missed is at most ε on average, if it and N images of the calibration
are exchangeable and their own share is at most (ε(N + 1) − 1)/N: for ε = 0.1 that needs N ≥ 9.
Slices of one head are not drawn from the heads that others will bring.

Sources: V. Fortin et al., J. Hydrometeorology 15 (2014) 1708-1713, DOI 10.1175/JHM-D-14-0008.1;
A. N. Angelopoulos et al., Image-to-image regression with distribution-free uncertainty
quantification and applications in imaging, ICML 2022, DOI 10.48550/arXiv.2202.05265; the same and
others, Conformal risk control, ICLR 2024, DOI 10.48550/arXiv.2208.02814.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, stats

from core.array_types import Float32Array, Float64Array, Image

LEVEL = 0.9
"""The level of the interval that is spoken of where no other is named."""

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Those of a reliability curve."""

FINE = 0.25
"""Cycles per pixel above which structure counts as fine."""

VISIBLE = 0.05
"""The share of the brightest value above which a pixel belongs to the object."""


def object_pixels(truth: Image) -> NDArray[np.bool_]:
    """The pixels (size, size) of the object, with what it encloses; all where it is empty."""
    inside = ndimage.binary_fill_holes(truth > VISIBLE * truth.max())
    return inside if inside is not None and inside.any() else np.ones(truth.shape, bool)


@dataclass(frozen=True, kw_only=True, eq=False)
class Errors:
    """What samples say of the pixels of an object, and how wrong they are: all (pixels,).

    `count` samples; `spread` is their standard deviation times √(1 + 1/count), `errors` are those
    of their mean, with their sign.
    """

    count: int
    spread: Float64Array
    errors: Float64Array

    @cached_property
    def scores(self) -> Float64Array:
        """|error| over spread; infinite where samples that agree are wrong."""
        size = np.abs(self.errors)
        missing = np.where(size > 0, np.inf, 0.0)
        return np.divide(size, self.spread, out=missing, where=self.spread > 0)

    def quantile(self, level: float) -> float:
        """T for an interval of this level."""
        return float(stats.t.ppf(0.5 + level / 2, max(1, self.count - 1)))

    @property
    def spread_over_skill(self) -> float:
        """The root mean square of the spread over that of the error: 1 where they agree."""
        error = np.sqrt(np.mean(np.square(self.errors)))
        return float(np.sqrt(np.mean(np.square(self.spread))) / error) if error > 0 else np.inf

    @property
    def correlation(self) -> float:
        """Of spread and |error| over the pixels; NaN where one of them is the same everywhere."""
        return correlation(self.spread, np.abs(self.errors))

    def coverage(self, level: float = LEVEL, alpha: float = 1.0) -> float:
        """The share of the pixels whose interval, `alpha` times as wide, holds the truth."""
        return float(np.mean(self.scores <= alpha * self.quantile(level)))

    def coverage_of_width(self, width: float) -> float:
        """The same of an interval of one half width for all pixels."""
        return float(np.mean(np.abs(self.errors) <= width))

    def quarters(self) -> tuple[NDArray[np.bool_], ...]:
        """The pixels in four equal parts, those with the least spread first."""
        ranks = np.argsort(np.argsort(self.spread, kind="stable"), kind="stable")
        part = 4 * ranks // max(1, ranks.size)
        return tuple(part == number for number in range(4))

    def only(self, pixels: NDArray[np.bool_]) -> "Errors":
        """The same of some of the pixels."""
        return Errors(count=self.count, spread=self.spread[pixels], errors=self.errors[pixels])


def errors_of(samples: Image, truth: Image) -> Errors:
    """Compare samples (count, size, size) with the truth on the pixels of the object."""
    inside = object_pixels(truth)
    count = len(samples)
    values = samples[:, inside].astype(np.float64)
    spread = values.std(axis=0, ddof=1) if count > 1 else np.zeros(values.shape[1])
    return Errors(
        count=count,
        spread=spread * np.sqrt(1 + 1 / count),
        errors=values.mean(axis=0) - truth[inside],
    )


def alpha_of(others: tuple[Errors, ...], level: float = LEVEL) -> float:
    """The factor on the spread with which the intervals of other images cover at this level."""
    scores = np.concatenate([one.scores / one.quantile(level) for one in others])
    return float(np.quantile(scores, level, method="higher"))


def width_of(others: tuple[Errors, ...], level: float = LEVEL) -> float:
    """The half width that, the same for all pixels, covers other images at this level."""
    return float(
        np.quantile(np.concatenate([np.abs(one.errors) for one in others]), level, method="higher")
    )


def grain(samples: Image, truth: Image) -> float:
    """The power of samples above a quarter of a cycle per pixel over the truth's, in the mean.

    Samples of the right distribution have about 1: less is too smooth, more is grain.
    """
    size = truth.shape[-1]
    down, across = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]
    fine = np.hypot(down, across) > FINE

    def power(images: Image) -> float:
        return float(np.mean(np.sum(np.abs(np.fft.rfft2(images)[..., fine]) ** 2, axis=-1)))

    reference = power(truth[None])
    return power(samples) / reference if reference > 0 else float("nan")


def correlation(a: Float64Array, b: Float64Array) -> float:
    """Pearson's correlation of two arrays of one shape; NaN where one of them is constant."""
    if a.size < 2 or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def blurred_correlation(samples: Image, truth: Image, radius: float) -> float:
    """The correlation of spread and |error| after both are blurred by a Gaussian of `radius` px."""
    inside = object_pixels(truth)

    def blurred(image: Image) -> Float64Array:
        image = np.where(inside, image, 0).astype(np.float64)
        weight = ndimage.gaussian_filter(inside.astype(np.float64), radius)
        return np.asarray(ndimage.gaussian_filter(image, radius)[inside] / weight[inside])

    spread: Float32Array = samples.std(axis=0)
    return correlation(blurred(spread), blurred(np.abs(samples.mean(axis=0) - truth)))
